def cells():
    return [
        code("x", display(**{"image_svg+xml": "<svg xmlns='http://www.w3.org/2000/svg' onload='window.owned=1'><script>document.title='owned'</script><foreignObject><iframe src='javascript:1'/></foreignObject></svg>"})),
        code("x", display(image_png="\"><svg/onload=alert(1)>"), display(image_png="iVBORw0KGgo=\"onerror=\"alert(1)")),
        markdown("![a](attachment:a.svg)", attachments={"a.svg": {"image/svg+xml": "<svg onload='alert(1)'/>"}}),
        markdown("<svg><animate onbegin=alert(1) attributeName=x dur=1s></svg><svg><a xlink:href='javascript:alert(1)'><text y=9>x</text></a></svg>"),
    ]
