def cells():
    return [
        markdown("<iframe srcdoc='<script>parent.document.title=1</script>'></iframe><iframe src='http://beacon.invalid/'></iframe><object data='http://beacon.invalid/'></object><embed src='http://beacon.invalid/'>"),
        markdown("<meta http-equiv=refresh content='0;url=http://beacon.invalid/'><base href='http://beacon.invalid/'><form action='http://beacon.invalid/'><input autofocus onfocus=alert(1)></form>"),
        code("x", display(text_html="<meta http-equiv='Content-Security-Policy' content=''><base href=//beacon.invalid>")),
    ]
