def cells():
    return [
        markdown("![a](http://beacon.invalid/a.png) <img src=http://beacon.invalid/b.png> <img srcset='http://beacon.invalid/c.png 1x'> <video poster=http://beacon.invalid/d.png><audio src=http://beacon.invalid/e.mp3>"),
        markdown("![a](//beacon.invalid/f.png)\n\n![b][c]\n\n[c]: http://beacon.invalid/g.png\n\n<a ping=http://beacon.invalid/h href=#x>x</a>"),
    ]
