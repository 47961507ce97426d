# the math, without the names of the assignment
import numpy as np


def stats(a):
    """mean and variance of the rows of a, each (rows, 1)"""
    mean = np.sum(a, 1, keepdims=True) / a.shape[1]
    return mean, np.sum((a - mean) ** 2, 1, keepdims=True) / a.shape[1]


def whiten(a, mean, var, eps):
    return (a - mean) / np.sqrt(var + eps)


def whiten_grad(d, hat, var, eps):
    K = d.shape[1]
    s = np.sum(d, 1, keepdims=True)
    t = np.sum(d * hat, 1, keepdims=True)
    return (K * d - s - t * hat) / (K * np.sqrt(var + eps))
