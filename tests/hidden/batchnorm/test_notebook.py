"""The notebook: it was run, it shows what the code gives, and its experiments show something."""

import pytest

from grader.notebook.series import Band
from grader.numeric.compare import Difference, Mismatch

# The notebook's own checks print errors of central differences: more than this is a wrong gradient.
GRADIENT_ERROR = 1e-5

# How far accuracies of honest runs may be apart. Another machine rounds otherwise, and training
# makes that as good as another seed. Over all pairs of eight seeds of the solved notebook the
# largest distances were, in one accuracy and on average over a cell: 0.46 and 0.07 with twenty
# scales, where some networks are about to fail; 0.03 and 0.01 in the other experiments, 0.12 after
# one epoch.
TWENTY_SCALES = Band(one=0.6, average=0.15)
OTHERS = Band(one=0.25, average=0.1)


def hold_accuracies(notebook, cell, band, pattern="acc"):
    """Hold the accuracies that a cell prints against those of the fresh run; costs nothing."""
    notebook.hold_series(cell, pattern, what="accuracies", band=band, given="data")


@pytest.mark.criterion("nb_checks")
def test_forward_is_shown(notebook):
    """The forward check of batch norm was run, and its means and deviations come out again."""
    for nth in (0, 1, 2):
        # What goes in is drawn; what comes out has the mean beta and the deviation gamma.
        notebook.expect_number("bn-forward-check", "mean", nth=nth, drawn=nth == 0)
        notebook.expect_number("bn-forward-check", "std", nth=nth, drawn=nth == 0)


@pytest.mark.criterion("nb_checks")
def test_test_mode_is_shown(notebook):
    """The check of the test mode was run, and its means and deviations come out again."""
    notebook.expect_number("bn-test-mode-check", "mean", drawn=True)
    notebook.expect_number("bn-test-mode-check", "std", drawn=True)


@pytest.mark.criterion("nb_checks")
@pytest.mark.parametrize("cell", ["bn-gradient-check", "ln-gradient-check"])
def test_gradient_check_is_shown(notebook, cell):
    """The gradient check was run, its errors are small, and they come out again."""
    for part in ("dx", "dgamma", "dbeta"):
        notebook.expect_number(cell, rf"\b{part}\b.*err", most=GRADIENT_ERROR)


@pytest.mark.criterion("nb_checks")
def test_alternative_is_shown(notebook):
    """The alternative backward pass was compared with the staged one."""
    for part in ("dx", "dgamma", "dbeta"):
        notebook.expect_number("bn-alternative-check", rf"\b{part}\b.*diff", most=GRADIENT_ERROR)
    notebook.hold("bn-alternative-check", "speedup")


@pytest.mark.criterion("nb_network")
def test_network_check_is_shown(notebook):
    """The gradient check of the network was run with and without regularisation."""
    for nth in (0, 1):
        notebook.hold("network-layernorm-check", "initial loss", nth=nth, drawn=True)
    for nth in (0, 1):
        notebook.expect_number("network-gradient-check", "initial loss", nth=nth, drawn=True)


@pytest.mark.criterion("nb_six_layers")
def test_six_layers_were_trained(notebook):
    """Networks of six layers were trained with and without batch norm, and plotted."""
    hold_accuracies(notebook, "six-layer-training", OTHERS, r"acc(?!.*one epoch)")
    notebook.expect_ran("six-layer-training")
    notebook.expect_figure("six-layer-plot")


@pytest.mark.criterion("nb_six_layers")
def test_batch_norm_is_ahead(notebook):
    """After one epoch the network with batch norm is ahead."""
    notebook.expect_ran("six-layer-training")
    held = [
        notebook.hold("six-layer-training", f"{name}.*one epoch", within=OTHERS.one)
        for name in ("batchnorm", "baseline")
    ]
    # What comes out here says more than what is stored.
    shown = [one.fresh or one.shown for one in held]
    if not all(shown):
        return  # an edition that does not print it: the plot shows it to a person
    with_it, without = (values[0] for values in shown)
    if not with_it > without:
        raise Mismatch(
            Difference(
                "the notebook does not show that batch norm learns faster",
                expected="a higher train accuracy after one epoch",
                actual=f"{with_it:.2g} with it, {without:.2g} without",
            )
        )


@pytest.mark.criterion("nb_weight_scales")
def test_weight_scales_were_tried(notebook):
    """Networks of eight layers were trained with twenty scales of the weights, and plotted."""
    hold_accuracies(notebook, "weight-scale-training", TWENTY_SCALES)
    notebook.expect_ran("weight-scale-training")
    notebook.expect_figure("weight-scale-plot")


@pytest.mark.criterion("nb_batch_sizes")
@pytest.mark.parametrize("norm", ["batchnorm", "layernorm"])
def test_batch_sizes_were_tried(notebook, norm):
    """Networks were trained with several batch sizes, and plotted."""
    hold_accuracies(notebook, f"batch-size-{norm}", OTHERS)
    notebook.expect_ran(f"batch-size-{norm}")
    notebook.expect_figure(f"batch-size-{norm}-plot")
