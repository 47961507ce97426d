def cells():
    return [
        markdown(EVIL), code(EVIL, stream(EVIL), stream(EVIL, "stderr"), display(text_html=EVIL, text_plain=EVIL)),
        code("x", {"output_type": "error", "ename": EVIL, "evalue": EVIL, "traceback": [EVIL]}),
        {"cell_type": "raw", "source": EVIL, "metadata": {}},
        code("x", display(application_javascript="document.title='owned'", text_plain="js")),
    ]
