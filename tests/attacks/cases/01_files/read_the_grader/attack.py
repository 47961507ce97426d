import glob


def first_line(pattern):
    path = glob.glob(f"{PROJECT}/{pattern}", recursive=True)[0]
    with open(path) as file:
        return file.readline()


def attack():
    each(
        lambda: first_line("tests/hidden/**/*.py"),
        lambda: first_line("reference/**/*.py"),
        lambda: first_line("**/assignment.toml"),
        lambda: first_line("student_template/**/*.py"),
        lambda: first_line("grader/grading.py"),
        lambda: open(f"{PROJECT}/pyproject.toml").readline(),
    )
