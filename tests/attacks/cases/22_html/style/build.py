def cells():
    return [
        markdown("<style>@import url(http://beacon.invalid/a.css);*{display:none}body{background:url(http://beacon.invalid/b.png)}</style>"),
        markdown("<div style='position:fixed;inset:0;background:red url(http://beacon.invalid/c.png);z-index:9'>100 of 100 points</div><link rel=stylesheet href=http://beacon.invalid/d.css>"),
        code("x", display(text_html="</style><style>main{display:none}</style>", text_plain="</style></pre></main></body></html><style>main{display:none}")),
    ]
