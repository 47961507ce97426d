"""Trains a model by gradient descent and keeps a record of it. Given: nothing to do here."""

import copy
import sys

import numpy as np

try:
    from . import optim
except ImportError:  # the files lie beside a notebook, in no package
    import optim


class Solver:
    """One training run.

    ::

        solver = Solver(model, data, update_rule="adam", optim_config={"learning_rate": 1e-3})
        solver.train()
        plt.plot(solver.loss_history)

    Batches are drawn with NumPy's global random numbers: call ``np.random.seed`` first, and a run
    can be repeated.

    Parameters
    ----------
    model : object
        ``model.params``: dict of arrays by name. ``model.loss(X, y)``: returns the loss, and a
        dict of gradients by the same names. ``model.loss(X)``: returns an array (N, C) of scores.
    data : dict
        Arrays X_train, y_train, X_val and y_val.
    update_rule : str
        Name of a function of `optim`.
    optim_config : dict, optional
        Settings of that rule. Every parameter gets a copy of its own.
    lr_decay : float
        What the learning rate is multiplied by after each epoch.
    batch_size : int
    num_epochs : int
    num_train_samples, num_val_samples : int or None
        How many examples the accuracies are measured on; None for all.
    verbose : bool
        Print the loss every `print_every` iterations and the accuracies after each epoch.
    print_every : int
    progress : bool, optional
        Show a bar on stderr. By default only in a terminal, so that notebooks stay short.

    Attributes
    ----------
    loss_history : list of float
        One loss an iteration, of the batch before the step.
    train_acc_history, val_acc_history : lists of float
        One accuracy before training and one after each epoch, so ``num_epochs + 1`` in all.
    best_val_acc : float
    best_params : dict
        Parameters at the best validation accuracy. When training ends, the model has them back.

    Raises
    ------
    ValueError
        If the update rule is unknown, or the training data is empty.
    """

    def __init__(
        self,
        model,
        data,
        update_rule="sgd",
        optim_config=None,
        lr_decay=1.0,
        batch_size=100,
        num_epochs=10,
        num_train_samples=1000,
        num_val_samples=None,
        verbose=True,
        print_every=10,
        progress=None,
    ):
        rules = {"sgd", "sgd_momentum", "rmsprop", "adam"}
        if update_rule not in rules:
            raise ValueError("update_rule {!r} is none of {}".format(update_rule, sorted(rules)))
        if len(data["X_train"]) == 0:
            raise ValueError("there are no training examples")
        self.model = model
        self.X_train, self.y_train = data["X_train"], data["y_train"]
        self.X_val, self.y_val = data["X_val"], data["y_val"]
        self.update_rule = getattr(optim, update_rule)
        self.lr_decay = lr_decay
        self.batch_size = batch_size
        self.num_epochs = num_epochs
        self.num_train_samples = num_train_samples
        self.num_val_samples = num_val_samples
        self.verbose = verbose
        self.print_every = print_every
        self.progress = sys.stderr.isatty() if progress is None else progress

        self.optim_configs = {name: dict(optim_config or {}) for name in model.params}
        self.loss_history = []
        self.train_acc_history = []
        self.val_acc_history = []
        self.best_val_acc = -1.0
        self.best_params = {}
        self._best_bn_params = []

    def train(self):
        """Run all epochs, then give the model the parameters that did best in validation."""
        per_epoch = max(1, len(self.X_train) // self.batch_size)
        iterations = per_epoch * self.num_epochs
        self._measure(epoch=0)
        for iteration in range(1, iterations + 1):
            self._step()
            if self.verbose and (iteration == 1 or iteration % self.print_every == 0):
                print(
                    "iteration {} / {}, loss: {:.6f}".format(
                        iteration, iterations, self.loss_history[-1]
                    )
                )
            if self.progress:
                _show_progress(iteration, iterations)
            if iteration % per_epoch == 0:
                self._decay()
                self._measure(epoch=iteration // per_epoch)
        self.model.params = self.best_params
        if self._best_bn_params:
            self.model.bn_params = self._best_bn_params

    def check_accuracy(self, X, y, num_samples=None, batch_size=100):
        """Return the share of examples whose label has the highest score.

        Parameters
        ----------
        X : array (N, d_1, ..., d_k)
        y : integer array (N,)
        num_samples : int, optional
            Measure on as many examples, drawn at random, if there are more.
        batch_size : int
            How many examples the model sees at once; this bounds the memory.
        """
        if num_samples is not None and len(X) > num_samples:
            chosen = np.random.choice(len(X), num_samples, replace=False)
            X, y = X[chosen], y[chosen]
        right = 0
        for start in range(0, len(X), batch_size):
            scores = self.model.loss(X[start : start + batch_size])
            right += np.sum(np.argmax(scores, axis=1) == y[start : start + batch_size])
        return float(right) / len(X)

    def _step(self):
        batch = np.random.choice(len(self.X_train), self.batch_size)
        loss, grads = self.model.loss(self.X_train[batch], self.y_train[batch])
        self.loss_history.append(float(loss))
        for name, w in self.model.params.items():
            config = self.optim_configs[name]
            self.model.params[name], self.optim_configs[name] = self.update_rule(
                w, grads[name], config
            )

    def _decay(self):
        for config in self.optim_configs.values():
            if "learning_rate" in config:
                config["learning_rate"] *= self.lr_decay

    def _measure(self, epoch):
        train_acc = self.check_accuracy(self.X_train, self.y_train, self.num_train_samples)
        val_acc = self.check_accuracy(self.X_val, self.y_val, self.num_val_samples)
        self.train_acc_history.append(train_acc)
        self.val_acc_history.append(val_acc)
        if self.verbose:
            print(
                "epoch {} / {}, train accuracy: {:.3f}, validation accuracy: {:.3f}".format(
                    epoch, self.num_epochs, train_acc, val_acc
                )
            )
        if val_acc > self.best_val_acc:
            self.best_val_acc = val_acc
            self.best_params = {name: w.copy() for name, w in self.model.params.items()}
            # Running statistics belong to the parameters they were gathered with.
            self._best_bn_params = copy.deepcopy(getattr(self.model, "bn_params", []))


def _show_progress(done, total, width=40):
    filled = width * done // total
    line = "\r[{}{}] {} / {}".format("#" * filled, "." * (width - filled), done, total)
    sys.stderr.write(line + ("\n" if done == total else ""))
    sys.stderr.flush()
