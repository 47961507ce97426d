def cells():
    return [
        markdown("[a](javascript:document.title='owned') [b](JaVaScRiPt:alert(1)) [c](java\tscript:alert(1)) [d](&#106;avascript:alert(1)) [e](data:text/html,<script>alert(1)</script>) [f](vbscript:x) <javascript:alert(1)> [g]: javascript:alert(1)"),
        markdown("[h][i]\n\n[i]: javascript:alert(1)\n\n![j](javascript:alert(1)) [k](\x01javascript:alert(1)) [l](//evil.invalid/x) [m](file:///etc/passwd) [n](blob:x) [o](%6aavascript:alert(1)) [p](javascript&colon;alert(1))"),
    ]
