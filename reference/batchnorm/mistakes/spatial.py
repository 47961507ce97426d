"""Spatial batch norm and group norm."""

from grader.core.misconception import Misconception
from mistakes.places import in_layers

_CHANNELS = "Ioffe & Szegedy 2015, section 3.2: a feature map shares its statistics"
_SETS = "Wu & He 2018, eq. (7)"
_MOMENTS = "Wu & He 2018, eq. (2)"
_GROUP_GRADIENT = "The gradient of Wu & He 2018, eqs. (1), (2) and (6)"
_IN, _OUT = "_channels_to_columns(x)", "_columns_to_channels(out, x.shape)"
_IN_BACK, _OUT_BACK = "_channels_to_columns(dout)", "_columns_to_channels(dx, dout.shape)"
_FORWARD, _BACKWARD = "spatial_batchnorm_forward", "spatial_batchnorm_backward"
_GROUP, _GROUP_BACK = "spatial_groupnorm_forward", "spatial_groupnorm_backward"
_ROWS = "rows, std = _normalize_rows(x.reshape(n * G, -1), _eps(gn_param))"
_X_HAT = "x_hat = rows.reshape(x.shape)"
_GROUP_DX = "_normalize_rows_backward(dx_hat.reshape(rows), x_hat.reshape(rows), std)"
_GROUP_OUT = "dx.reshape(dout.shape)"
_CALL = f"out, cache = batchnorm_forward({_IN}, gamma, beta, bn_param)"

MISTAKES = (
    Misconception(
        id="sbn-not-transposed",
        title="spatial batch norm reshapes to (-1, C) without moving the channels to the end",
        equation=_CHANNELS,
        hint="Fill each channel with its own number and print the first row after your reshape.",
        costs=("sbn_forward", "sbn_backward"),
        edits=(
            in_layers(_FORWARD, _IN, "x.reshape(-1, x.shape[1])"),
            in_layers(_FORWARD, _OUT, "out.reshape(x.shape)"),
            in_layers(_BACKWARD, _IN_BACK, "dout.reshape(-1, dout.shape[1])"),
            in_layers(_BACKWARD, _OUT_BACK, "dx.reshape(dout.shape)"),
        ),
        with_it=("gn-channels-dealt-out",),
    ),
    Misconception(
        id="sbn-not-transposed-back",
        title="spatial batch norm reshapes its result to (N, C, H, W) without moving C back",
        equation=_CHANNELS,
        hint="Undo your two steps in the opposite order. Which shape lies between them?",
        costs=("sbn_forward",),
        edits=(in_layers(_FORWARD, _OUT, "out.reshape(x.shape)"),),
        with_it=("sbn-dx-not-transposed-back",),
    ),
    Misconception(
        id="sbn-dx-not-transposed-back",
        title="dx of spatial batch norm is reshaped to (N, C, H, W) without moving C back",
        equation=_CHANNELS,
        hint="Undo your two steps in the opposite order. Which shape lies between them?",
        costs=("sbn_backward",),
        edits=(in_layers(_BACKWARD, _OUT_BACK, "dx.reshape(dout.shape)"),),
    ),
    Misconception(
        id="sbn-dout-not-transposed",
        title="dout of spatial batch norm is reshaped without moving the channels to the end",
        equation=_CHANNELS,
        hint="dout needs the same steps as x in the forward pass. Compare the two lines.",
        costs=("sbn_backward",),
        edits=(in_layers(_BACKWARD, _IN_BACK, "dout.reshape(-1, dout.shape[1])"),),
    ),
    Misconception(
        id="sbn-divides-by-examples",
        title="spatial batch norm divides by N where it summed over N, H and W",
        equation=f"{_CHANNELS}: m is N H W",
        hint="How many numbers does a channel hold in one batch of images?",
        costs=("sbn_forward",),
        edits=(
            in_layers(
                _FORWARD,
                _CALL,
                f"columns = {_IN}\n"
                "    out, cache = batchnorm_forward(columns, gamma, beta, bn_param)\n"
                '    if bn_param["mode"] == "train":\n'
                "        mean = columns.sum(axis=0) / len(x)\n"
                "        var = np.sum((columns - mean) ** 2, axis=0) / len(x)\n"
                "        out = gamma * (columns - mean) / np.sqrt(var + _eps(bn_param)) + beta",
            ),
        ),
        may_cost=("sbn_backward",),
        with_it=("sbn-dx-divides-by-examples",),
    ),
    Misconception(
        id="sbn-dx-divides-by-examples",
        title="dx of spatial batch norm divides by N, not by N H W",
        equation=f"{_CHANNELS}: m is N H W",
        hint="How many numbers went into the mean of a channel?",
        costs=("sbn_backward",),
        edits=(
            in_layers(
                _BACKWARD,
                f"dx, dgamma, dbeta = batchnorm_backward_alt({_IN_BACK}, cache)",
                "n = len(dout)\n"
                f"    columns = {_IN_BACK}\n"
                "    _, std, x_hat, gamma = _training_cache(cache)\n"
                "    dbeta = columns.sum(axis=0)\n"
                "    dgamma = np.sum(columns * x_hat, axis=0)\n"
                "    dx = gamma / std * (columns - dbeta / n - x_hat * dgamma / n)",
            ),
        ),
    ),
    Misconception(
        id="sbn-each-position",
        title="spatial batch norm gives every position of a channel statistics of its own",
        equation=_CHANNELS,
        hint="How many means should there be for C channels? Print the shape of yours.",
        costs=("sbn_forward", "sbn_backward"),
        edits=(
            in_layers(
                _FORWARD,
                _CALL,
                "size = x[0, 0].size\n"
                "    out, cache = batchnorm_forward(\n"
                "        x.reshape(len(x), -1), np.repeat(gamma, size), np.repeat(beta, size),"
                " bn_param\n"
                "    )",
            ),
            in_layers(_FORWARD, _OUT, "out.reshape(x.shape)"),
            in_layers(
                _BACKWARD,
                _IN_BACK,
                "dout.reshape(len(dout), -1)",
            ),
            in_layers(_BACKWARD, _OUT_BACK, "dx.reshape(dout.shape)"),
        ),
    ),
    Misconception(
        id="sbn-each-image",
        title="spatial batch norm normalises each image by itself",
        equation=f"{_CHANNELS} over the whole batch",
        hint="Should the result for one image depend on the others in training? Does yours?",
        costs=("sbn_forward",),
        edits=(
            in_layers(
                _FORWARD,
                "    return _columns",
                '    if bn_param["mode"] == "train":\n'
                "        images = [_channels_to_columns(image[None]) for image in x]\n"
                "        out = np.concatenate(\n"
                "            [batchnorm_forward(image, gamma, beta, dict(bn_param))[0]"
                " for image in images]\n"
                "        )\n"
                "    return _columns",
            ),
        ),
    ),
    Misconception(
        id="sbn-copies-bn-param",
        title="spatial batch norm hands on a copy of bn_param, and the running statistics are lost",
        equation="The assignment: the running statistics live in the caller's bn_param",
        hint="Print bn_param after a training call. Who has the dict that was filled?",
        costs=("sbn_forward",),
        edits=(in_layers(_FORWARD, "gamma, beta, bn_param)\n", "gamma, beta, dict(bn_param))\n"),),
        with_it=("run-not-stored", "sbn-dout-not-transposed"),
    ),
    Misconception(
        id="sbn-height-width-exchanged",
        title="spatial batch norm gives height and width back in each other's place",
        equation="The assignment: the result has the shape of x",
        hint="Try images that are not square.",
        costs=("sbn_forward", "sbn_backward"),
        edits=(in_layers("_columns_to_channels", "(0, 3, 1, 2)", "(0, 3, 2, 1)"),),
    ),
    Misconception(
        id="gn-number-for-size",
        title="G is taken for the size of a group, so G and C // G have changed places",
        equation=f"{_SETS}: C/G channels in each of G groups",
        hint="With C = 6 and G = 2, how many groups do you normalise, and how large is each?",
        costs=("gn_forward",),
        edits=(in_layers(_GROUP, "x.reshape(n * G, -1)", "x.reshape(n * (channels // G), -1)"),),
        may_cost=("gn_backward",),
        with_it=("gn-dx-gamma-late",),
    ),
    Misconception(
        id="gn-channels-dealt-out",
        title="channels are dealt out to the groups in turn, not taken as neighbours",
        equation=f"{_SETS}: a group is C/G neighbouring channels",
        hint="Number the channels and print which of them your reshape puts into the first group.",
        costs=("gn_forward", "gn_backward"),
        edits=(
            in_layers(
                _GROUP,
                f"{_ROWS}\n    {_X_HAT}",
                "dealt = x.reshape(n, channels // G, G, -1).transpose(0, 2, 1, 3)\n"
                "    rows, std = _normalize_rows(dealt.reshape(n * G, -1), _eps(gn_param))\n"
                "    x_hat = rows.reshape(dealt.shape).transpose(0, 2, 1, 3).reshape(x.shape)",
            ),
        ),
    ),
    Misconception(
        id="gn-whole-batch",
        title="a group's statistics run over the whole batch, not over one example",
        equation=f"{_SETS}: only entries of the same example",
        hint="Should the result for one image depend on the others? Does yours?",
        costs=("gn_forward",),
        edits=(
            in_layers(
                _GROUP,
                f"{_ROWS}\n    {_X_HAT}",
                "grouped = x.reshape(n, G, -1)\n"
                "    var = grouped.var(axis=(0, 2), keepdims=True)\n"
                "    std = np.tile(np.sqrt(var + _eps(gn_param)).reshape(G, 1), (n, 1))\n"
                "    rows = (grouped - grouped.mean(axis=(0, 2), keepdims=True))\n"
                f"    {_X_HAT} / np.repeat(std, x[0].size // G).reshape(x.shape)",
            ),
        ),
        may_cost=("gn_backward",),
    ),
    Misconception(
        id="gn-each-channel",
        title="every channel is normalised by itself, whatever G is",
        equation=f"{_SETS}; Wu & He 2018, eq. (5), is instance norm",
        hint="Change G. Does your result change?",
        costs=("gn_forward",),
        edits=(in_layers(_GROUP, "x.reshape(n * G, -1)", "x.reshape(n * channels, -1)"),),
        may_cost=("gn_backward",),
    ),
    Misconception(
        id="gn-all-channels",
        title="all channels of an image are normalised together, whatever G is",
        equation=f"{_SETS}; Wu & He 2018, eq. (4), is layer norm",
        hint="Change G. Does your result change?",
        costs=("gn_forward",),
        edits=(in_layers(_GROUP, "x.reshape(n * G, -1)", "x.reshape(n, -1)"),),
        may_cost=("gn_backward",),
    ),
    Misconception(
        id="gn-variance-unbiased",
        title="group norm divides its variance by the size of the group minus 1",
        equation=_MOMENTS,
        hint="By what does the paper divide the sum of squared deviations, and by what do you?",
        costs=("gn_forward",),
        edits=(
            in_layers(
                _GROUP,
                _ROWS,
                "rows = x.reshape(n * G, -1)\n"
                "    std = np.sqrt(rows.var(axis=1, ddof=1, keepdims=True) + _eps(gn_param))\n"
                "    rows = (rows - rows.mean(axis=1, keepdims=True)) / std",
            ),
        ),
        may_cost=("gn_backward",),
    ),
    Misconception(
        id="gn-eps-outside-root",
        title="group norm adds eps to the deviation, outside the square root",
        equation=_MOMENTS,
        hint="Is eps in the same place as in your batch norm? Compare for a tiny variance.",
        costs=("gn_forward",),
        edits=(
            in_layers(
                _GROUP,
                _ROWS,
                "rows = x.reshape(n * G, -1)\n"
                "    std = rows.std(axis=1, keepdims=True) + _eps(gn_param)\n"
                "    rows = (rows - rows.mean(axis=1, keepdims=True)) / std",
            ),
        ),
        may_cost=("gn_backward",),
        with_it=("ln-eps-outside-root", "bn-eps-outside-root"),
    ),
    Misconception(
        id="gn-beta-forgotten",
        title="group norm does not apply beta",
        equation="Wu & He 2018, eq. (6)",
        hint="Call the layer with beta = 7: what changes?",
        costs=("gn_forward",),
        edits=(in_layers(_GROUP, " + _per_channel(beta)", ""),),
    ),
    Misconception(
        id="gn-dx-zero",
        title="dx of group norm is left at zero",
        equation=_GROUP_GRADIENT,
        hint="Where does your function fill the dx that it made at its top?",
        costs=("gn_backward",),
        edits=(in_layers(_GROUP_BACK, "dx.reshape(dout.shape)", "np.zeros_like(dout)"),),
    ),
    Misconception(
        id="gn-dx-gamma-late",
        title="group norm multiplies dx by gamma after the means over the group",
        equation=_GROUP_GRADIENT,
        hint="Is gamma the same for all channels over which you average?",
        costs=("gn_backward",),
        edits=(
            in_layers(_GROUP_BACK, "dx_hat = dout * _per_channel(gamma)", "dx_hat = dout"),
            in_layers(
                _GROUP_BACK,
                "dx.reshape(dout.shape)",
                "dx.reshape(dout.shape) * _per_channel(gamma)",
            ),
        ),
        with_it=("ln-dx-gamma-late",),
    ),
    Misconception(
        id="gn-dx-direct-only",
        title="dx of group norm has only the direct path",
        equation=_GROUP_GRADIENT,
        hint="Add up dx over a group of one image. It should be 0; why?",
        costs=("gn_backward",),
        edits=(in_layers(_GROUP_BACK, _GROUP_DX, "dx_hat.reshape(rows) / std"),),
    ),
    Misconception(
        id="gn-parameters-averaged",
        title="dgamma and dbeta of group norm are averaged over rows and columns, not summed",
        equation=_GROUP_GRADIENT,
        hint="Each pixel of a channel adds its share to dgamma. Is there a division in the sum?",
        costs=("gn_backward",),
        edits=(
            in_layers(
                _GROUP_BACK,
                "return dx.reshape(dout.shape), dgamma, dbeta",
                "size = dout[0, 0].size\n"
                "    return dx.reshape(dout.shape), dgamma / size, dbeta / size",
            ),
        ),
    ),
)
