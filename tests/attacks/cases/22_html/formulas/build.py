def cells():
    return [
        markdown("$\\text{<script>alert(1)</script>}$ $$\\text{</math><img src=x onerror=alert(1)>}$$ $\\href{javascript:alert(1)}{x}$ $\\style{color:red}{x}$ $\\unicode{x3c}script$"),
        markdown("\\begin{align}\\text{</math><script>alert(1)</script>}\\end{align} $\\class{a}{b}$ $\\require{html}$ $<maction actiontype='statusline'>$"),
    ]
