def cells():
    return [
        markdown("<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">"),
        markdown("<noscript><p title='</noscript><img src=x onerror=alert(1)>'>"), markdown("<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>"),
        markdown("`<script>alert(1)</script>`\n\n```html\n</code></pre><script>alert(1)</script>\n```\n\n    <script>alert(1)</script>\n\n<!--><script>alert(1)</script>-->"),
        markdown("|<script>|\n|-|\n|</td><script>alert(1)</script>|\n\n# <img src=x onerror=alert(1)>\n\n> <script>alert(1)</script>"),
    ]
