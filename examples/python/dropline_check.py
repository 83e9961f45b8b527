#!/usr/bin/env python3
"""Says whether a PyTorch model is shallow enough for its dropout to be trained.

It reads the model, asks a running Dropline, and prints what it understood, layer by layer, and the answer:

    from dropline_check import check
    print(check(model))

In a test suite, AssertionError for a model that is too deep, NoAnswer where nobody knows:

    from dropline_check import assert_deep_enough
    def test_depth():
        assert_deep_enough(make_model())

From a shell:

    python dropline_check.py my_module:make_model --url http://localhost:8787

It understands nn.Sequential (also nested) of Linear, activations, Dropout, LayerNorm, RMSNorm and BatchNorm1d,
nn.TransformerEncoderLayer and nn.TransformerEncoder. It reads the variances that the weights have now, and the rates
that the modules have now. What it does not understand it names, and then it gives no number at all.

The standard library and torch are all it needs, and torch only to read a model.
"""

from __future__ import annotations

import argparse
import http.client
import importlib
import json
import math
import os
import re
import sys
import traceback
import urllib.error
import urllib.parse
import urllib.request
import warnings
from dataclasses import dataclass, field, replace
from typing import Any

VERDICTS = ("trainable", "doubtful", "not_trainable", "unknown")

# What is taken where no inputs are given: standardised features, and the correlation of two digits of MNIST.
USUAL_Q0, USUAL_C0 = 1.0, 0.28

# How a model may be said to have been trained: what /v1/trainable-depth takes.
TRAINING = ("data", "steps", "batch", "learning_rate", "optimiser")

# The margins that /v1/trainable-depth calls limit_low and limit_high.
LIMIT_LOW, LIMIT_HIGH = math.exp(-6), math.exp(-12)

# By so much squared gradients may change over the blocks for the margin alone to allow a depth.
MAX_GRADIENT_RATIO = 1000.0

# The theory is of wide layers, with corrections of order 1/width a block. From this sum on there is no verdict.
MAX_NARROWNESS = 0.5

# Two measured variances are the same if they differ by less than this, or by less than so many standard errors.
SAME_WITHIN, STANDARD_ERRORS = 0.01, 5.0

# More blocks than this are not sent one by one: /v1/network takes 200 different ones, and 256 KiB.
MAX_OWN_BLOCKS = 100

FRESH = "(fresh=True leaves that out, and asks about a fresh model with the same variances.)"

# Fewer numbers than this say nothing of a mean or a correlation.
FEW = 25


class NoAnswer(Exception):
    """Nobody knows whether the model is shallow enough: it was not understood, or the theory does not cover it."""


class ApiUnavailable(NoAnswer):
    """Dropline could not be reached, or failed."""


class _Refused(Exception):
    """Dropline refused a question, with a sentence."""


@dataclass
class Row:
    """What was understood of one module."""

    place: str  # stem, block 1, …, output, or ? where it was not understood
    name: str
    module: str
    meaning: str


@dataclass
class Answer:
    """Whether a model is shallow enough. Prints as a table; a number that nobody knows is None."""

    title: str
    verdict: str = "unknown"
    reason: str = ""
    depth: int | None = None
    unit: str = "blocks"
    rows: list[Row] = field(default_factory=list)
    not_understood: list[str] = field(default_factory=list)
    # the row of POST /v1/network about this model; None where it was not asked
    network: dict[str, Any] | None = None
    # the same of more blocks like those of the model, where all are alike
    alike: dict[str, Any] | None = None
    # the row of /v1/trainable-depth, for plain stacks; where layers differ, of those that train least deep
    fitted: dict[str, Any] | None = None
    body: dict[str, Any] | None = None
    assumed: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def margin(self) -> float | None:
        """After the blocks of the model: what of "which input is this" survives its noise."""
        return (self.network or {}).get("margin")

    def to_dict(self) -> dict[str, Any]:
        """Everything as JSON has it."""
        rows = [vars(row) for row in self.rows]
        return {**vars(self), "rows": rows, "margin": self.margin}

    def __str__(self) -> str:
        head = "" if self.depth is None else f", {self.depth} {_plural(self.unit, self.depth)}"
        lines = [f"{self.title}{head}", "", *_table(self.rows), ""]
        lines += [f"not understood: {one}" for one in self.not_understood]
        lines += _describe_numbers(self)
        lines.append(f"verdict: {self.verdict}. {self.reason}".rstrip())
        lines += [f"assumed: {one}" for one in self.assumed]
        lines += [f"note: {one}" for one in self.notes]
        return "\n".join(lines)


def check(
    model: Any,
    url: str | None = None,
    *,
    inputs: Any = None,
    tokens: int | None = None,
    causal: bool = False,
    fresh: bool = False,
    training: dict[str, Any] | None = None,
    timeout: float = 30.0,
) -> Answer:
    """Asks Dropline about a model.

    inputs: a batch of what the model reads, which says where the signal starts (mean square, correlation, tokens);
    standardised inputs if left out. tokens: length of a sequence, which attention needs to know. causal: whether its
    attention sees earlier tokens only. fresh: asks about a model that is drawn afresh with the variances of this one,
    where training has given weights a mean or norms uneven gains. training: how a plain stack is trained, for example
    {"steps": 1500, "optimiser": "adam"}; see TRAINING. timeout: of each request, in seconds. url: by default the
    environment variable DROPLINE, or http://localhost:8787.

    Raises ApiUnavailable where Dropline cannot be reached, and ValueError for inputs or training that make no sense. A
    model that is not understood, or not covered, is an answer with the verdict "unknown".
    """
    unknown = sorted(set(training or {}) - set(TRAINING))
    if unknown:
        raise ValueError(f"training has no {', '.join(unknown)}: it takes {', '.join(TRAINING)}.")
    ask = _Api(url or os.environ.get("DROPLINE") or "http://localhost:8787", timeout)
    reading = _Reader(model, causal, fresh).read(inputs, tokens)
    answer = Answer(reading.title, rows=reading.rows)
    if reading.problems:
        answer.not_understood = reading.problems
        answer.reason = "Part of the model was not understood, so that nothing is said of any of it."
        return answer
    answer.notes, answer.assumed = reading.notes, reading.assumed
    network = _arrange(reading)
    answer.depth, answer.unit = len(network.blocks), network.unit
    if not network.blocks:
        answer.reason = "The model has no hidden layers: there is no depth to ask about."
        return answer
    try:
        _ask_all(answer, network, ask, training or {})
    except _Refused as refused:
        answer.verdict, answer.network, answer.fitted, answer.alike = "unknown", None, None, None
        answer.reason = f"Dropline does not cover this model. {refused}"
    return answer


def assert_deep_enough(
    model: Any, url: str | None = None, *, allow_unknown: bool = False, **options: Any
) -> Answer:
    """Asserts that networks like a model train deep enough for it: AssertionError, with the whole answer, where it is too deep.

    A doubtful depth is a warning. Where nobody knows it raises NoAnswer (ApiUnavailable where Dropline cannot be
    reached), unless allow_unknown makes that a warning too. options are those of check.
    """
    try:
        answer = check(model, url, **options)
    except ApiUnavailable as down:
        if not allow_unknown:
            raise
        answer = Answer(type(model).__name__, reason=str(down))
    if answer.verdict == "not_trainable":
        raise AssertionError(f"The model is deeper than can be trained.\n{answer}")
    if answer.verdict == "unknown" and not allow_unknown:
        raise NoAnswer(
            f"Nobody knows whether the model is shallow enough (allow_unknown=True lets that pass).\n{answer}"
        )
    if answer.verdict != "trainable":
        warnings.warn(f"It is {answer.verdict} whether the model is shallow enough.\n{answer}", stacklevel=2)
    return answer


# ----------------------------------------------------------------------------------------------------
# Reading a model. torch is imported here alone.


class _Sample(float):
    """A variance that was measured over `count` numbers."""

    count: int

    def __new__(cls, value: float, count: int) -> "_Sample":
        made = super().__new__(cls, value)
        made.count = count
        return made


@dataclass
class _Item:
    """An operation, or a layer of a transformer as its sub-layers."""

    name: str
    rows: list[Row]
    op: dict[str, Any] | None = None
    sub_layers: list[dict[str, Any]] | None = None
    width: int | None = None  # of a linear operation: its outputs; of a transformer: its narrowest layer

    @property
    def is_linear(self) -> bool:
        return self.op is not None and self.op["op"] == "linear"

    @property
    def is_norm(self) -> bool:
        return self.op is not None and self.op["op"] == "norm"


@dataclass
class _Reading:
    title: str
    items: list[_Item] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    assumed: list[str] = field(default_factory=list)
    stem: dict[str, float] = field(default_factory=dict)
    tokens: int | None = None
    is_frozen: bool = False


class _Reader:
    """Walks through a model and writes down what it does, as operations of POST /v1/network."""

    def __init__(self, model: Any, causal: bool, fresh: bool) -> None:
        import torch

        self.torch, self.nn = torch, torch.nn
        if not isinstance(model, self.nn.Module):
            raise TypeError(f"A torch.nn.Module is wanted, not {type(model).__name__}.")
        self.model, self.causal, self.fresh = model, causal, fresh
        self.found = _Reading(f"{type(model).__name__}, in {'train' if model.training else 'eval'}() mode")
        self.matrices: list[tuple[str, Any]] = []
        self.batch_norms: list[str] = []
        self.uneven: set[str] = set()
        self.reads_flat = False
        nn, functional = self.nn, self.nn.functional
        # module, name in the catalogue, its parameters there by attribute, and what attributes must be
        self.activations = [
            (nn.ReLU, "relu", {}, {}),
            (nn.LeakyReLU, "leaky_relu", {"slope": "negative_slope"}, {}),
            (nn.PReLU, "prelu", {"slope": "weight"}, {}),
            (nn.Tanh, "tanh", {}, {}),
            (nn.Hardtanh, "hard_tanh", {}, {"min_val": -1, "max_val": 1}),
            (nn.Sigmoid, "sigmoid", {}, {}),
            (nn.Softplus, "softplus", {}, {"beta": 1}),
            (nn.ELU, "elu", {"alpha": "alpha"}, {}),
            (nn.CELU, "celu", {"alpha": "alpha"}, {}),
            (nn.SELU, "selu", {}, {}),
            (nn.GELU, "gelu", {}, {"approximate": "none"}),
            (nn.GELU, "gelu_tanh", {}, {"approximate": "tanh"}),
            (nn.SiLU, "silu", {}, {}),
            (nn.Mish, "mish", {}, {}),
            (nn.Softsign, "softsign", {}, {}),
            (nn.Hardswish, "hard_swish", {}, {}),
            (nn.ReLU6, "relu6", {}, {}),
            (nn.Tanhshrink, "tanhshrink", {}, {}),
            (nn.Softshrink, "softshrink", {"threshold": "lambd"}, {}),
            (nn.Hardshrink, "hardshrink", {"threshold": "lambd"}, {}),
            (nn.Hardsigmoid, "hard_sigmoid", {}, {}),
            (nn.LogSigmoid, "log_sigmoid", {}, {}),
        ]
        self.functions = {
            functional.relu: "relu",
            torch.relu: "relu",
            functional.gelu: "gelu",
            functional.silu: "silu",
            functional.mish: "mish",
            functional.selu: "selu",
            torch.tanh: "tanh",
            torch.sigmoid: "sigmoid",
        }

    def read(self, inputs: Any, tokens: int | None) -> _Reading:
        found = self.found
        if any(parameter.is_meta for parameter in self.model.parameters()):
            self.refuse("", self.model, "its weights have no values (device meta).")
            return found
        self.walk("", self.model)
        self.check_order()
        self.check_independence()
        self.read_inputs(inputs, tokens)
        if not self.model.training:
            found.notes.append("The model is in eval() mode. The answer is about training, where its dropout acts.")
        if not any(op["drop"] for op in _all_ops(found.items) if op["op"] == "noise"):
            found.notes.append("The model has no dropout, or its rates are 0.")
        found.is_frozen = any(not parameter.requires_grad for parameter in self.model.parameters())
        left_out = " Means of weights, and gains that differ, are left out (fresh=True)." if self.fresh else ""
        found.notes.append(
            "Variances are those of the weights as they are now. The theory takes weights to be independent draws: "
            f"of a model that was trained the answer is about a fresh one with these variances.{left_out}"
        )
        return found

    def check_order(self) -> None:
        """Softmax stands at the end only, and between gains that differ and an activation there must be weights."""
        items = self.found.items
        mixing = [i for i, item in enumerate(items) if item.is_linear or item.sub_layers]
        if not mixing and not self.found.problems:
            self.problem("the model: it has no layer with weights.")
        uneven = ""
        for item in items[: mixing[-1] if mixing else 0]:
            word = item.op["op"] if item.op else "attention"
            if word == "softmax":
                self.problem(f"{item.name} ({item.rows[0].module}): it stands before weights.")
            elif word == "norm":
                uneven = item.name if item.name in self.uneven else ""
            elif word in ("linear", "attention"):
                uneven = ""
            elif word == "activation" and uneven and not self.fresh:
                self.problem(f"{uneven}: gains that differ over the units, before an activation. {FRESH}")

    # -- modules

    def walk(self, name: str, module: Any) -> None:
        nn = self.nn
        why = self.why_unusual(module)
        if why:
            self.refuse(name, module, why)
        elif self.has_forward(module, nn.Sequential):
            # (not named_children, which leaves out a module that stands there twice)
            for key, child in module._modules.items():
                self.walk(f"{name}.{key}" if name else key, child)
        elif self.has_forward(module, nn.TransformerEncoder):
            for i, layer in enumerate(module.layers):
                self.walk(f"{name}.layers.{i}" if name else f"layers.{i}", layer)
            if module.norm is not None:
                self.walk(f"{name}.norm" if name else "norm", module.norm)
        elif self.has_forward(module, nn.TransformerEncoderLayer):
            self.read_transformer(name, module)
        elif self.has_forward(module, nn.Identity):
            self.found.rows.append(Row("–", name, self.show(module), "passes on what it reads"))
        elif self.has_forward(module, nn.Flatten):
            if self.found.items or (module.start_dim, module.end_dim) != (1, -1):
                self.refuse(name, module, "it is understood as the first module only, with its defaults.")
            else:
                self.reads_flat = True
                self.found.rows.append(Row("–", name, self.show(module), "flattens the inputs"))
        else:
            self.read_operation(name, module)

    def read_operation(self, name: str, module: Any) -> None:
        nn = self.nn
        if self.has_forward(module, nn.Linear):
            op = self.linear(name, module)
            self.add(name, module, op, module.out_features)
        elif self.has_forward(module, nn.Dropout):
            if module.p >= 1:
                self.refuse(name, module, "it drops everything.")
            elif self.is_in_mode(name, module):
                self.add(name, module, {"op": "noise", "drop": float(module.p)})
        elif self.norm_kind(module):
            norm = self.norm(name, module)
            if norm:
                self.add(name, module, {"op": "norm", **norm})
        elif any(self.has_forward(module, kind) for kind in (nn.Softmax, nn.LogSoftmax)):
            self.add(name, module, {"op": "softmax"})
        else:
            op, why = self.activation(module)
            if op:
                self.add(name, module, op)
            else:
                self.refuse(name, module, why)

    def read_transformer(self, name: str, module: Any) -> None:
        nn, attention = self.nn, module.self_attn
        start = len(self.found.problems)
        at = lambda part: f"{name}.{part}" if name else part
        expected = {
            **{"self_attn": nn.MultiheadAttention, "self_attn.out_proj": nn.Linear},
            **{"linear1": nn.Linear, "linear2": nn.Linear, "norm1": nn.LayerNorm, "norm2": nn.LayerNorm},
            **{"dropout": nn.Dropout, "dropout1": nn.Dropout, "dropout2": nn.Dropout},
        }
        for path, kind in expected.items():
            part = module.get_submodule(path)
            why = self.why_unusual(part)
            if why or not self.has_forward(part, kind):
                why = why or f"in its place {kind.__name__} is understood."
                return self.refuse(name, module, f"{path} ({type(part).__name__}): {why}")
            if kind in (nn.Dropout, nn.MultiheadAttention) and not self.is_in_mode(at(path), part):
                return None
        if attention.in_proj_weight is None or attention.bias_k is not None or attention.add_zero_attn:
            return self.refuse(name, module, "its keys and values are of another size, or there are added ones.")
        activation, why = self.activation(module.activation)
        if activation is None:
            return self.refuse(name, module, f"its activation: {why}")
        width = attention.embed_dim
        query, key, value = attention.in_proj_weight.chunk(3)
        matrices = {"query": query, "key": key, "value": value, "output": attention.out_proj.weight}
        variances = {part: self.matrix(at(f"self_attn ({part})"), weight) for part, weight in matrices.items()}
        weigh: dict[str, Any] = {"op": "attention", **{f"sigma_w2_{part}": v for part, v in variances.items()}}
        biases = [bias for bias in (attention.in_proj_bias, attention.out_proj.bias) if bias is not None]
        if any(_mean_square(bias) > 0.01 * min(variances.values()) for bias in biases):
            self.problem(f"{at('self_attn')}: it has biases, which the theory of attention leaves out.")
        if attention.dropout > 0:
            weigh["noise"] = {"op": "noise", "drop": float(attention.dropout)}
        if self.causal:
            weigh["causal"] = True
        norms = [self.norm(at("norm1"), module.norm1), self.norm(at("norm2"), module.norm2)]
        linear1 = self.linear(at("linear1"), module.linear1)
        linear2 = self.linear(at("linear2"), module.linear2)
        dropouts = (module.dropout1, module.dropout, module.dropout2)
        noises = [{"op": "noise", "drop": float(one.p)} for one in dropouts]
        branches = [[weigh, noises[0]], [linear1, activation, noises[1], linear2, noises[2]]]
        if len(self.found.problems) > start or None in norms:
            self.found.rows.append(Row("?", name, self.show(module), "not understood"))
            return None
        place = "pre" if module.norm_first else "post"
        sub_layers = [
            {"norm": {"at": place, **norm}, "ops": [op for op in ops if op.get("drop") != 0]}
            for norm, ops in zip(norms, branches)
        ]
        shown = [("self_attn", type(attention).__name__), ("linear1, linear2", self.show(module.linear1))]
        descriptions = map(_describe_sub_layer, sub_layers)
        rows = [Row("", at(part), kind, text) for (part, kind), text in zip(shown, descriptions)]
        self.found.rows += rows
        narrowest = min(width, module.linear1.out_features)
        self.found.items.append(_Item(name, rows, sub_layers=sub_layers, width=narrowest))
        return None

    # -- parts of modules

    def linear(self, name: str, module: Any) -> dict[str, Any]:
        sigma_w2 = self.matrix(name, module.weight)
        op = {"op": "linear", "sigma_w2": sigma_w2}
        if module.bias is not None:
            op["sigma_b2"] = self.centred(name, "biases", module.bias, 0.01 * sigma_w2)
        return op

    def matrix(self, name: str, weight: Any) -> _Sample:
        """fan_in times the mean square of the weights, which is their variance where their mean is 0."""
        for other, there in self.matrices:
            # (also where one is the other transposed)
            if weight.numel() == there.numel() and weight.data_ptr() == there.data_ptr():
                self.problem(f"{name}: it has the weights of {other}. Layers that share weights are not independent.")
                break
        self.matrices.append((name, weight))
        fan_in = weight.shape[1]
        mean_square = self.centred(name, "weights", weight, None)
        return _Sample(fan_in * mean_square, mean_square.count)

    def centred(self, name: str, what: str, values: Any, negligible: float | None) -> _Sample:
        """The mean square of weights, or of biases or shifts; a problem where their mean is not 0 and that matters."""
        if not values.is_floating_point():
            self.problem(f"{name}: {what} that are no real numbers ({values.dtype}).")
            return _Sample(0, 1)
        numbers = values.detach().cpu().double()
        count = numbers.numel()
        mean_square, mean = float(numbers.square().mean()), float(numbers.mean())
        if not math.isfinite(mean_square):
            self.problem(f"{name}: {what} that are not finite.")
            return _Sample(0, 1)
        is_certain = count >= FEW and count * mean**2 > STANDARD_ERRORS**2 * (mean_square - mean**2)
        if negligible is None:
            # (of weights: what they add up to, times what they read)
            matters = values.shape[1] * mean**2 > 0.1 * mean_square
        else:
            matters = mean**2 > negligible + 0.01 * mean_square
        if is_certain and matters and not self.fresh:
            self.problem(f"{name}: {what} with a mean of {mean:.3g}. The theory is of {what} with mean 0. {FRESH}")
        return _Sample(mean_square - mean**2 if is_certain and self.fresh else mean_square, count)

    def norm_kind(self, module: Any) -> str | None:
        nn = self.nn
        kinds = [(nn.LayerNorm, "layer"), (nn.BatchNorm1d, "batch"), (getattr(nn, "RMSNorm", None), "rms")]
        return next((word for kind, word in kinds if kind and self.has_forward(module, kind)), None)

    def norm(self, name: str, module: Any) -> dict[str, Any] | None:
        kind = self.norm_kind(module)
        if kind is None:
            self.refuse(name, module, "it is not in the catalogue.")
            return None
        if kind == "batch":
            if not self.is_in_mode(name, module):
                return None
            self.batch_norms.append(name)
        elif len(module.normalized_shape) != 1:
            self.refuse(name, module, "it normalises over more than the units of a layer.")
            return None
        eps = module.eps
        if eps is None:  # (of RMSNorm: what torch adds then)
            eps = self.torch.finfo(self.torch.float32 if module.weight is None else module.weight.dtype).eps
        norm: dict[str, Any] = {"kind": kind, "eps": float(eps)}
        if module.weight is not None:
            gains = module.weight.detach().cpu().double()
            norm["gain2"] = _Sample(float(gains.square().mean()), gains.numel())
            if float(gains.std(unbiased=False)) > 0.01 * math.sqrt(norm["gain2"]):
                self.uneven.add(name)
        bias = getattr(module, "bias", None)
        if bias is not None:
            norm["shift2"] = self.centred(name, "shifts", bias, 0.01 * norm.get("gain2", 1.0))
        return norm

    def activation(self, module: Any) -> tuple[dict[str, Any] | None, str]:
        if not isinstance(module, self.nn.Module):
            name = self.functions.get(module) if callable(module) else None
            return (None, "a function without a name here.") if name is None else (_activate(name), "")
        why = self.why_unusual(module)
        if why:
            return None, why
        for kind, name, parameters, required in self.activations:
            if not self.has_forward(module, kind):
                continue
            if any(getattr(module, attribute) != value for attribute, value in required.items()):
                why = f"only with {', '.join(f'{a} {v}' for a, v in required.items())} is it in the catalogue."
                continue
            op = _activate(name)
            for parameter, attribute in parameters.items():
                value = getattr(module, attribute)
                if isinstance(value, self.torch.Tensor):
                    if value.numel() > 1:
                        return None, "it has a slope for each channel."
                    value = value.detach().item()
                op[parameter] = round(float(value), 7)  # (float32 has no .01)
            return op, ""
        return None, why or self.what_is_missing(module)

    def what_is_missing(self, module: Any) -> str:
        nn = self.nn
        if isinstance(module, nn.modules.dropout._DropoutNd):
            return "of dropout only nn.Dropout is understood."
        if next(iter(module.children()), None) is None:
            return "it is not in the catalogue."
        known = (nn.Sequential, nn.TransformerEncoder, nn.TransformerEncoderLayer)
        outer: list[str] = []
        for name, part in module.named_modules():
            if name and isinstance(part, known) and not any(name.startswith(f"{one}.") for one in outer):
                outer.append(name)
        hint = f" Parts of it may be asked about by themselves: {', '.join(outer)}." if outer else ""
        return f"what its forward does cannot be read off its parts.{hint}"

    def why_unusual(self, module: Any) -> str | None:
        """Why a module may compute something else than its class does."""
        if getattr(module, "has_uninitialized_params", bool)():
            return "it has no weights yet. Run a batch through the model first."
        if hasattr(module, "parametrizations"):
            return f"its {', '.join(module.parametrizations)} is parametrised (weight_norm, spectral_norm, …)."
        if module._forward_hooks or module._forward_pre_hooks:
            return "it has hooks, which may change what it computes."
        if "forward" in vars(module):
            return "its forward was replaced."
        return None

    @staticmethod
    def has_forward(module: Any, kind: Any) -> bool:
        """Whether it is of that kind, or of a kind derived from it that computes the same."""
        return isinstance(module, kind) and type(module).forward is kind.forward

    def is_in_mode(self, name: str, module: Any) -> bool:
        if module.training == self.model.training:
            return True
        here, there = ("train", "eval") if module.training else ("eval", "train")
        self.refuse(name, module, f"it is in {here}() mode and the model in {there}() mode.")
        return False

    def check_independence(self) -> None:
        """Layers that were copied from one another, also if they were trained since, are not independent."""
        torch = self.torch
        by_shape: dict[tuple[int, ...], list[tuple[str, Any]]] = {}
        for name, weight in self.matrices:
            if weight.numel() >= FEW and weight.is_floating_point():
                by_shape.setdefault(tuple(weight.shape), []).append((name, weight))
        alike: list[tuple[str, str]] = []
        for members in by_shape.values():
            rows, names = [], []
            for name, weight in members:
                numbers = weight.detach().flatten()
                picked = numbers[:: max(1, numbers.numel() // 20_000)].cpu().double()
                picked = picked - picked.mean()
                size = float(picked.norm())
                if size > 0 and math.isfinite(size):
                    rows.append(picked / size)
                    names.append(name)
            if len(rows) < 2:
                continue
            stacked = torch.stack(rows)
            correlations = stacked @ stacked.T
            least = min(0.999, max(0.1, STANDARD_ERRORS / math.sqrt(stacked.shape[1])))
            for i, j in torch.nonzero(correlations.abs().triu(1) >= least).tolist():
                alike.append((names[i], names[j]))
        shared = [name for name in self.found.problems if "has the weights of" in name]
        if alike and not shared:
            more = f" (and {len(alike) - 1} more pairs)" if len(alike) > 1 else ""
            self.problem(
                f"{alike[0][1]}: its weights are those of {alike[0][0]}, or correlated with them{more}. The theory is "
                "of layers that are drawn independently. nn.TransformerEncoder copies one layer: draw the weights of "
                "each again, as nn.Transformer does (for p in model.parameters(): if p.dim() > 1: "
                "nn.init.xavier_uniform_(p))."
            )

    # -- inputs

    def read_inputs(self, inputs: Any, tokens: int | None) -> None:
        found = self.found
        attends = any(item.sub_layers for item in found.items)
        found.stem = {"q0": USUAL_Q0, "c0": 0.0 if attends else USUAL_C0}
        if inputs is None:
            what = "uncorrelated tokens" if attends else f"a correlation of {USUAL_C0} between two of them"
            found.assumed.append(
                f"inputs of mean square {USUAL_Q0:g} and {what}. Give inputs=batch to measure yours."
            )
        else:
            found.stem, length = self.measure(inputs, attends)
            tokens = tokens if length is None else length
            if self.batch_norms and inputs.dim() > 2 and not self.reads_flat:
                self.problem(f"{self.batch_norms[0]}: of inputs with more than two dimensions.")
        if self.batch_norms:
            found.stem["c_batch"] = max(0.0, found.stem["c0"])
        if not attends:
            if tokens is not None or self.causal:
                found.notes.append("tokens and causal are for attention, which the model does not have.")
            return
        if tokens is None:
            self.problem("how many tokens a sequence has: give tokens=512 (or yours), or inputs=batch.")
        found.tokens = tokens
        seen = "earlier tokens only" if self.causal else "all tokens (causal=True: earlier ones only)"
        found.notes.append(f"Attention is taken to see {seen}.")

    def measure(self, inputs: Any, attends: bool) -> tuple[dict[str, float], int | None]:
        """Where the signal starts: mean square, mean, and correlation of two inputs, or of two tokens of a sequence."""
        torch = self.torch
        if not isinstance(inputs, torch.Tensor) or not inputs.is_floating_point() or inputs.dim() < 2:
            raise ValueError("inputs must be a batch: a floating-point tensor of two dimensions or more.")
        numbers = inputs.detach().cpu().double()
        if attends:
            layer = next(one for one in self.model.modules() if isinstance(one, self.nn.MultiheadAttention))
            sequences = numbers if layer.batch_first or numbers.dim() == 2 else numbers.transpose(0, 1)
            vectors = sequences.reshape(-1, *sequences.shape[-2:])
        else:
            vectors = numbers.flatten(1) if self.reads_flat else numbers.reshape(-1, numbers.shape[-1])
            vectors = vectors.unsqueeze(0)
        length, width = vectors.shape[1:]
        if length < 2:
            raise ValueError("inputs must have at least two inputs (or tokens) to compare.")
        q0 = float(vectors.square().mean())
        if not (math.isfinite(q0) and q0 > 0):
            raise ValueError("inputs must be finite, and not all 0.")
        together = vectors.sum(1).square().sum(-1).mean() / (length * (length - 1) * width)
        c0 = float(together / q0) - 1 / (length - 1)
        stem = {"q0": q0, "c0": min(1.0, max(-1.0, c0)), "mean": float(vectors.mean())}
        return stem, (length if attends else None)

    # -- what was found

    def show(self, module: Any) -> str:
        if self.has_forward(module, self.nn.Linear):
            return f"{type(module).__name__}({module.in_features}, {module.out_features})"
        return type(module).__name__

    def add(self, name: str, module: Any, op: dict[str, Any], width: int | None = None) -> None:
        row = Row("", name, self.show(module), _describe_op(op))
        self.found.rows.append(row)
        self.found.items.append(_Item(name, [row], op=op, width=width))

    def refuse(self, name: str, module: Any, why: str) -> None:
        where = name or "the model"
        self.found.rows.append(Row("?", name, self.show(module), "not understood"))
        self.problem(f"{where} ({self.show(module)}): {why}")

    def problem(self, text: str) -> None:
        if text not in self.found.problems:
            self.found.problems.append(text)


def _mean_square(values: Any) -> float:
    return float(values.detach().cpu().double().square().mean())


def _activate(name: str) -> dict[str, Any]:
    return {"op": "activation", "activation": name}


def _all_ops(items: list[_Item]) -> list[dict[str, Any]]:
    ops: list[dict[str, Any]] = []
    for item in items:
        for op in [item.op] if item.op else [op for layer in item.sub_layers or [] for op in layer["ops"]]:
            ops += [op] + ([op["noise"]] if "noise" in op else [])
    return ops


# ----------------------------------------------------------------------------------------------------
# Arranging what was read as a stem and blocks.


@dataclass
class _Block:
    sub_layers: list[dict[str, Any]]
    is_transformer: bool
    width: int  # of its narrowest layer


@dataclass
class _Network:
    stem: dict[str, Any]
    blocks: list[_Block]
    final_norm: dict[str, Any] | None
    tokens: int | None
    unit: str
    is_frozen: bool
    # widths of the hidden layers of a plain stack, in order
    widths: list[int]

    @property
    def is_pooled(self) -> bool:
        """Whether blocks that differ by chance alone are sent as one that is repeated."""
        return len(self.blocks) > MAX_OWN_BLOCKS

    def own_blocks(self) -> list[dict[str, Any]]:
        runs: list[list[Any]] = []
        merged: list[Any] = []
        for block in self.blocks:
            both = _merge([*runs[-1], block.sub_layers]) if runs and self.is_pooled else None
            if both is None:
                runs.append([block.sub_layers])
                merged.append(block.sub_layers)
            else:
                runs[-1].append(block.sub_layers)
                merged[-1] = both
        return [{"repeat": len(run), "sub_layers": layers} for run, layers in zip(runs, merged)]

    def body(self, blocks: list[dict[str, Any]] | None = None) -> dict[str, Any]:
        """The body of POST /v1/network; of other blocks than its own, if given."""
        body: dict[str, Any] = {"stem": self.stem, "blocks": self.own_blocks() if blocks is None else blocks}
        if self.final_norm:
            body["final_norm"] = self.final_norm
        if self.tokens is not None:
            body["tokens"] = self.tokens
        return body


def _arrange(reading: _Reading) -> _Network:
    """The first layer is the stem. A block goes on to the next matrix: the head belongs to the last hidden layer."""
    items = reading.items
    mixing = [i for i, item in enumerate(items) if item.is_linear or item.sub_layers]
    end = mixing[-1] + 1
    while end < len(items) and items[end].is_norm:
        end += 1
    stem_ops: list[dict[str, Any]] = []
    blocks: list[_Block] = []
    pending: list[_Item] = []
    has_stem = False
    widths: list[int] = []

    def place(group: list[_Item], where: str) -> None:
        for item in group:
            for row in item.rows:
                row.place = where

    def flush(width: int | None) -> None:
        """Puts what is pending into the stem, into the last block, or, if it has a width, into one of its own."""
        nonlocal has_stem
        ops = [item.op for item in pending if item.op and item.op.get("drop") != 0]
        last = blocks[-1].sub_layers if blocks else []
        if not blocks and (not has_stem or width is None):
            stem_ops.extend(ops)
        elif width is None and "skip" in last[-1]:
            last[-1]["ops"] += ops
        elif len(last) == 2:  # (a layer of a transformer: what follows reads it)
            last.append({"skip": 0, "ops": ops})
        else:
            blocks.append(_Block([{"skip": 0, "ops": ops}], False, width or 1))
        place(pending, f"block {len(blocks)}" if blocks else "stem")
        has_stem = True
        pending.clear()

    width = 0
    for i, item in enumerate(items[:end]):
        if item.sub_layers:
            if pending:
                flush(None)
            has_stem = True
            blocks.append(_Block(list(item.sub_layers), True, item.width or 1))
            place([item], f"block {len(blocks)}")
            width = 0
            continue
        pending.append(item)
        closes = any(one.is_linear for one in pending) and not (i + 1 < end and items[i + 1].is_norm)
        if closes:
            out = next(one.width for one in reversed(pending) if one.is_linear) or 1
            flush(width or out)
            width = out
            widths.append(out)
    final_norm = None
    if len(pending) == 1 and blocks and blocks[-1].is_transformer:
        final_norm = {key: value for key, value in (pending[0].op or {}).items() if key != "op"}
        place(pending, "final norm")
    elif pending:
        flush(None)
    place(items[end:], "output")
    if items[end:]:
        reading.notes.append("What stands behind the last weights (output) is not part of the answer.")
    kinds = {block.is_transformer for block in blocks}
    unit = "hidden layers" if kinds == {False} else "transformer layers" if kinds == {True} else "blocks"
    stem = {**reading.stem, "ops": stem_ops}
    return _Network(stem, blocks, final_norm, reading.tokens, unit, reading.is_frozen, widths[:-1])


def _are_same(samples: list[_Sample]) -> bool:
    """Whether variances that were measured may be one and the same."""
    mean = _pool(samples)
    return all(
        abs(one - mean) <= max(SAME_WITHIN, STANDARD_ERRORS * math.sqrt(2 / one.count)) * mean for one in samples
    )


def _pool(samples: list[_Sample]) -> _Sample:
    count = sum(one.count for one in samples)
    return _Sample(sum(one * one.count for one in samples) / count, count)


def _merge(values: list[Any]) -> Any:
    """One value in place of several that differ in measured variances alone, and these by chance; None elsewhere."""
    first = values[0]
    if any(type(one) is not type(first) for one in values):
        return None
    if isinstance(first, _Sample):
        return _pool(values) if _are_same(values) else None
    if isinstance(first, dict):
        if any(one.keys() != first.keys() for one in values):
            return None
        merged = {key: _merge([one[key] for one in values]) for key in first}
        return None if any(one is None for one in merged.values()) else merged
    if isinstance(first, list):
        if any(len(one) != len(first) for one in values):
            return None
        found = [_merge(list(parts)) for parts in zip(*values)]
        return None if any(one is None for one in found) else found
    return first if all(one == first for one in values) else None


def _repeat(network: _Network) -> dict[str, Any] | None:
    """The block that all blocks are, but for the head behind the last one; None where they differ."""
    lists = [block.sub_layers for block in network.blocks]
    if network.blocks[-1].is_transformer:
        lists[-1] = lists[-1][:2]
    elif len(lists) == 1:
        return None
    else:
        # (the matrix of the last block is the head: what stands before it must be as in the others)
        until = lambda ops: next((ops[:i] for i, op in enumerate(ops) if op["op"] == "linear"), ops)
        if until(lists[-1][0]["ops"]) != until(lists[0][0]["ops"]):
            return None
        lists = lists[:-1]
    if len({block.is_transformer for block in network.blocks}) > 1:
        return None
    merged = _merge(lists)
    return None if merged is None else {"repeat": len(network.blocks), "sub_layers": merged}


@dataclass
class _Kind:
    """A hidden layer of a plain stack, as /v1/trainable-depth knows it."""

    activation: dict[str, Any]
    drop: float
    width: int
    sigma_w2: _Sample
    sigma_b2: _Sample

    def is_used_like(self, other: "_Kind") -> bool:
        """Whether activation, dropout and width are the same."""
        return (self.activation, self.drop, self.width) == (other.activation, other.drop, other.width)

    def is_like(self, other: "_Kind") -> bool:
        """Whether the variances are, too."""
        pairs = [[self.sigma_w2, other.sigma_w2], [self.sigma_b2, other.sigma_b2]]
        return self.is_used_like(other) and all(map(_are_same, pairs))

    def query(self) -> dict[str, Any]:
        activation = {key: value for key, value in self.activation.items() if key != "op"}
        variances = {"sigma_w2": float(self.sigma_w2), "sigma_b2": float(self.sigma_b2)}
        return {**activation, **variances, "drop": self.drop, "width": self.width}


def _list_kinds(network: _Network) -> tuple[list[_Kind], dict[str, Any]] | None:
    """The hidden layers of a plain stack in order, and its head; None where it is no plain stack."""
    matrices = [op for op in network.stem["ops"] if op["op"] != "noise"]
    if len(matrices) != 1 or matrices[0]["op"] != "linear":
        return None
    kinds: list[_Kind] = []
    for block, width in zip(network.blocks, network.widths):
        ops = block.sub_layers[0]["ops"]
        names = [op["op"] for op in ops]
        if block.is_transformer or names not in (["activation", "linear"], ["activation", "noise", "linear"]):
            return None
        drop = ops[1]["drop"] if len(ops) == 3 else 0.0
        matrix = matrices[-1]
        sigma_b2 = matrix.get("sigma_b2", _Sample(0, 1))
        kinds.append(_Kind(ops[0], drop, width, matrix["sigma_w2"], sigma_b2))
        matrices.append(ops[-1])
    return kinds, matrices[-1]


# ----------------------------------------------------------------------------------------------------
# Asking.


class _Api:
    """A running Dropline."""

    def __init__(self, url: str, timeout: float) -> None:
        if urllib.parse.urlsplit(url).scheme not in ("http", "https"):
            raise ValueError(f"{url!r} is no address of Dropline: it begins with http:// or https://.")
        self.url, self.timeout = url.rstrip("/"), timeout

    def post(self, path: str, body: Any) -> Any:
        """What is answered, as parsed JSON."""
        data = json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, {"content-type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=self.timeout) as response:
                answered = json.load(response)
        except urllib.error.HTTPError as error:
            detail = _read_detail(error)
            if error.code in (400, 413, 422) and detail:
                raise _Refused(detail) from None
            what = f"answered {error.code}: {detail or error.reason}"
            raise ApiUnavailable(f"Dropline at {self.url} {what}") from None
        except (OSError, http.client.HTTPException) as error:
            why = getattr(error, "reason", error)
            raise ApiUnavailable(
                f"Dropline cannot be reached at {self.url} ({why}). Start it with `npm start`, or say where it "
                "is: url=…, --url, or the environment variable DROPLINE."
            ) from None
        except ValueError:
            raise ApiUnavailable(f"{self.url} answered no JSON: it is not Dropline.") from None
        rows = answered.get("rows") if isinstance(answered, dict) else None
        if not isinstance(rows, list) or not rows:
            raise ApiUnavailable(f"{self.url} answered something else than rows: it is not Dropline.")
        return answered

    def network(self, body: dict[str, Any]) -> dict[str, Any]:
        return self.post("/v1/network", body)["rows"][0]

    def trainable_depths(self, queries: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], str]:
        """A row for each query, and the notes on them."""
        asked = [{"endpoint": "trainable-depth", "query": query} for query in queries]
        answered = self.post("/v1/batch", {"queries": asked})
        for item in answered["rows"]:
            if item.get("status") != 200:
                raise _Refused(item.get("problem", {}).get("detail", "It does not say why."))
        return [item["rows"][0] for item in answered["rows"]], " ".join(answered.get("meta", {}).get("notes", []))


def _read_detail(error: urllib.error.HTTPError) -> str:
    try:
        return str(json.load(error).get("detail", ""))
    except (ValueError, AttributeError, OSError, http.client.HTTPException):
        return ""


FITTED_COLUMNS = ["fitted_depth", "fitted_low", "fitted_high", "fitted_extrapolates", "reason"]
LIMIT_COLUMNS = ["limit_low", "limit_high", "limit_low_limited_by", "layers_searched"]


def _ask_all(answer: Answer, network: _Network, api: _Api, training: dict[str, Any]) -> None:
    answer.body = network.body()
    answer.network = api.network(answer.body)
    stack = _list_kinds(network)
    is_measured = bool(stack) and _judge_stack(answer, network, api, stack, training)
    if not stack:
        repeated = _repeat(network)
        answer.alike = repeated and api.network(network.body([repeated]))
        _judge_blocks(answer, len(network.blocks))
        if training:
            answer.notes.append(
                "training is for plain stacks, which the fitted rule is about: it changes nothing here."
            )
    if network.is_pooled:
        answer.notes.append(
            "Of its many blocks those that differ by chance alone were sent with their mean variances."
        )
    if network.is_frozen:
        answer.notes.append(
            "Some weights are frozen (requires_grad is False). The answer is about training all of them."
        )
    narrowness = sum(1 / block.width for block in network.blocks)
    least = min(block.width for block in network.blocks)
    size = f"add up to about {narrowness:.2g} here (the narrowest layer has {least} units)."
    answer.notes.append(f"The theory is of wide layers. Corrections, of order 1/width a layer, {size}")
    # (the fitted rule knows what the width costs)
    if narrowness > MAX_NARROWNESS and answer.verdict == "trainable" and not is_measured:
        answer.verdict = "unknown"
        answer.reason = f"The layers are too narrow for the theory, whose corrections {size}"


def _is_moderate(ratio: float | None) -> bool:
    """Whether squared gradients change so little that the margin may decide."""
    return ratio is not None and 1 / MAX_GRADIENT_RATIO < ratio < MAX_GRADIENT_RATIO


def _judge_blocks(answer: Answer, depth: int) -> None:
    """By the thresholds of /v1/network, which know nothing of gradients: where these change a lot nothing is said."""
    row = answer.network or {}
    margin, low, high, ratio = (row.get(name) for name in ("margin", "depth_low", "depth_high", "gradient_ratio"))
    what = _plural(answer.unit, depth)
    pilot = "a pilot with feed-forward blocks (nothing like this model was trained for it)"
    source = f"By /v1/network, which rests on {'a pilot with such blocks' if row.get('basis') == 'pilot' else pilot},"
    if margin is None and row.get("limited_by") is None:
        answer.reason = f"/v1/network has no margin for it. {row.get('reason') or ''}".rstrip()
    elif low is not None and depth > low:
        answer.verdict = _place(depth, low, high)
        to = f" and e^-6.6 after {high:.4g}" if high is not None else ""
        ends = f"the margin is e^-6 after {low:.4g}{to} of {depth} {what}; networks trained down to about that."
        if row.get("limited_by") == "float_range":
            ends = f"the variance leaves float32 after {low:.4g} of {depth} {what}."
        answer.reason = f"{source} {ends}"
    elif not _is_moderate(ratio):
        size = "by more than doubles hold" if ratio is None else f"by a factor of {ratio:.3g}"
        answer.reason = (
            f"The margin sets no limit, but squared gradients change {size} over the {depth} {what}, and how much of "
            "that can be trained no endpoint knows."
        )
    else:
        answer.verdict = "trainable"
        answer.reason = f"{source} the margin is above e^-6 = 0.0025, down to which networks trained."


def _judge_stack(
    answer: Answer, network: _Network, api: _Api, stack: tuple[list[_Kind], dict[str, Any]], training: dict[str, Any]
) -> bool:
    """By theory and fitted rule, as in /v1/advice; says whether the rule is no guess, as it is where layers differ."""
    layers, head = stack
    depth = len(layers)
    # (the first layer's variances say where the signal starts, and its biases are usually others)
    hidden = layers[1:] or layers
    first = [] if any(layers[0].is_used_like(one) for one in hidden) else [layers[0]]
    kinds: list[_Kind] = []
    for layer in hidden + first:
        if not any(layer.is_like(kind) for kind in kinds):
            kinds.append(layer)
    unlike = _list_differences(layers, kinds, head, network)
    is_equal = len(kinds) == 1 and not unlike
    if len(kinds) == 1:
        sigma_w2, sigma_b2 = [one.sigma_w2 for one in hidden], [one.sigma_b2 for one in hidden]
        kinds = [replace(kinds[0], sigma_w2=_pool(sigma_w2), sigma_b2=_pool(sigma_b2))]
    columns = FITTED_COLUMNS + (LIMIT_COLUMNS if is_equal else [])
    queries = [{**kind.query(), **training, "field": ",".join(columns)} for kind in kinds]
    signal = float(layers[0].sigma_w2) * network.stem["q0"]
    start = signal + float(layers[0].sigma_b2)
    if is_equal and start > 0:
        c_diff = (signal * network.stem["c0"] + float(layers[0].sigma_b2)) / start
        queries[0].update(q0=start, c_diff=min(c_diff, 0.999))
    try:
        rows, notes = api.trainable_depths(queries)
    except _Refused as refused:
        if str(refused).startswith(tuple(f"{name}:" for name in training)):
            raise ValueError(str(refused)) from None
        raise
    # (where one kind has no answer, nor has a stack of all of them)
    answer.fitted = fitted = min(rows, key=lambda row: -1 if row["fitted_low"] is None else row["fitted_low"])
    is_known = fitted["fitted_low"] is not None
    if is_known:
        answer.assumed += _describe_conditions(notes, ["width", *training])
    if unlike:
        answer.notes.append(f"The fitted rule is about equal layers, and a guess here: {'; '.join(unlike)}.")
    if len(kinds) > 1:
        more = f"about each of {len(kinds)} kinds of layer; shown is the one that trains least deep"
        answer.notes.append(f"The fitted rule was asked {more}.")
    theory, said = _judge_by_theory(answer, depth, is_equal)
    measured = _place(depth, fitted["fitted_low"], fitted["fitted_high"]) if is_known else "unknown"
    is_guess = bool(unlike or fitted["fitted_extrapolates"])
    answer.verdict, because = _decide(theory, measured, is_guess)
    ratio = (answer.network or {}).get("gradient_ratio")
    if not is_known and answer.verdict == "trainable" and not _is_moderate(ratio):
        answer.verdict = "unknown"
        because = "The fitted rule has no answer here, and gradients change too much to go by the theory alone."
    by_rule = "By the rule fitted to measurements such networks train down to about {:.4g} layers ({:.4g} to {:.4g})."
    span = [fitted[name] for name in ("fitted_depth", "fitted_low", "fitted_high")]
    answer.reason = " ".join([said, *([by_rule.format(*span)] if is_known else []), because])
    return is_known and not is_guess


def _describe_conditions(notes: str, given: list[str]) -> list[str]:
    """What the fitted rule takes for the settings that are not given, as the notes of Dropline say it."""
    found = re.search(r"What a query leaves out is as follows: (.*?)\.(?= Networks count as trained)", notes)
    if not found:
        return []
    text = found[1]
    for name in given:
        text = text.partition(", and the learning rate")[0] if name == "learning_rate" else text
        text = re.sub(rf"\b{name} [^ ,]+, ", "", text)
    return [f"for the fitted rule: {text}."]


def _list_differences(layers: list[_Kind], kinds: list[_Kind], head: dict[str, Any], network: _Network) -> list[str]:
    """In what a stack is no stack of equal layers."""
    found = []
    for name, values in [
        ("widths", [one.width for one in layers]),
        ("rates of dropout", [one.drop for one in layers]),
        ("activations", [one.activation["activation"] for one in layers]),
    ]:
        different = list(dict.fromkeys(values))
        if len(different) > 1:
            found.append(f"{name} {', '.join(str(one) for one in different)}")
    if not found and len(kinds) > 1:
        found.append(f"{len(kinds)} kinds of layer, with variances (or slopes) of their own")
    if any(op["op"] == "noise" for op in network.stem["ops"]):
        found.append("inputs are dropped")
    if network.is_frozen:
        found.append("some weights are frozen")
    usual = kinds[0]
    total = usual.sigma_w2 + usual.sigma_b2
    ends = [("first layer", layers[0].sigma_w2, layers[0].sigma_b2)]
    ends.append(("head", head["sigma_w2"], head.get("sigma_b2", _Sample(0, 1))))
    for name, sigma_w2, sigma_b2 in ends:
        error = max(0.1, STANDARD_ERRORS * math.sqrt(2 / sigma_w2.count))
        if abs(sigma_w2 + sigma_b2 - total) > error * max(sigma_w2 + sigma_b2, total):
            found.append(f"the {name} has sigma_w2 {sigma_w2:.3g} in place of {usual.sigma_w2:.3g}")
    return found


def _judge_by_theory(answer: Answer, depth: int, is_equal: bool) -> tuple[str, str]:
    """What the theory says of a plain stack, and in which words."""
    row, fitted = answer.network or {}, answer.fitted or {}
    margin, ratio = row.get("margin"), row.get("gradient_ratio")
    if is_equal and fitted["layers_searched"] is None:
        return "unknown", "To follow its signals takes more work than one request may take."
    if is_equal and fitted["limit_low"] is not None:
        low, high = fitted["limit_low"], fitted["limit_high"]
        leaves = fitted["limit_low_limited_by"] == "float_range"
        cause = "the variance leaves float32" if leaves else "two inputs become alike"
        to = f" to {high:.4g}" if high is not None else ""
        said = f"By the theory {cause} after about {low:.4g}{to} layers; the model has {depth}."
        return _place(depth, low, high), said
    if not is_equal and margin is not None and margin < LIMIT_LOW:
        left = f"a margin of {margin:.2g} is left after {depth} layers; e^-6 = 0.0025 is enough, e^-12 is not"
        return "not_trainable" if margin < LIMIT_HIGH else "doubtful", f"By the theory {left}."
    if margin is None and row.get("limited_by") == "float_range":
        return ("not_trainable", f"By the theory the variance leaves float32 before the last of {depth} layers.")
    if margin is None:
        return "unknown", f"/v1/network has no margin. {row.get('reason') or ''}".rstrip()
    if ratio is None:
        return ("unknown", "By the theory inputs stay distinguishable, but gradients leave the range of doubles.")
    if ratio > (1 + 1e-9 if is_equal else MAX_GRADIENT_RATIO):
        return ("unknown", "By the theory inputs stay distinguishable, but gradients explode, and do set a limit.")
    return "trainable", f"By the theory two inputs stay distinguishable over its {depth} layers."


def _place(depth: int, low: float | None, high: float | None) -> str:
    """Where a depth lies beside two limits, of which None is none."""
    if low is None or depth <= low:
        return "trainable"
    return "doubtful" if high is None or depth <= high else "not_trainable"


def _decide(theory: str, measured: str, guess: bool) -> tuple[str, str]:
    """The more cautious of the two, as /v1/advice has it: a guess excludes no depth, and alone allows none."""
    if measured == "unknown":
        return theory, "The rule fitted to measurements has no answer here."
    if theory == "unknown":
        return (
            ("doubtful", "A guess alone leaves a depth doubtful.")
            if guess
            else (measured, "The measurements decide.")
        )
    if theory == measured and not guess:
        return theory, "Both say the same."
    if VERDICTS.index(theory) > VERDICTS.index(measured):
        return theory, "The theory decides: it is the more cautious."
    if not guess:
        return measured, "The measurements decide: they are the more cautious."
    if theory == "trainable" and measured != "trainable":
        return "doubtful", "The rule is the more cautious, but as a guess makes a depth doubtful at most."
    return theory, "The theory decides: the rule is a guess here."


# ----------------------------------------------------------------------------------------------------
# Words.


def _plural(unit: str, count: int) -> str:
    return unit[:-1] if count == 1 else unit


def _show(row: dict[str, Any], *names: str) -> str:
    shown = {name: "–" if row.get(name) is None else f"{row[name]:.4g}" for name in names}
    return ", ".join(f"{name} {text}" for name, text in shown.items())


def _describe_numbers(answer: Answer) -> list[str]:
    row, more, fitted = answer.network, answer.alike, answer.fitted
    if not row or answer.depth is None:
        return []
    thresholds = ("depth_low", "depth", "depth_high")
    after = f"after {answer.depth} {_plural(answer.unit, answer.depth)}"
    flags = f", flags {row['flags']}" if row.get("flags") else ""
    basis = f"{_show(row, 'gradient_ratio')}, basis {row.get('basis')}{flags}"
    lines = [f"/v1/network: {_show(row, 'margin')} {after}, {basis}"]
    if more:
        beyond = f" (not within {more.get('blocks_searched')})" if more.get("depth_low") is None else ""
        lines.append(f"/v1/network, more of the same {answer.unit}: {_show(more, *thresholds)}{beyond}")
    elif fitted:
        columns = ["fitted_depth", "fitted_low", "fitted_high"]
        columns += [name for name in ("limit_low", "limit_high") if name in fitted]
        beyond = fitted["fitted_extrapolates"] and f", fitted_extrapolates {fitted['fitted_extrapolates']}"
        lines.append(f"/v1/trainable-depth: {_show(fitted, *columns)}{beyond or ''}")
        lines += [f"/v1/trainable-depth: {fitted['reason']}"] if fitted.get("reason") else []
    else:
        lines += [f"/v1/network: {_show(row, *thresholds)}"] if row.get("depth_low") is not None else []
        lines += [f"/v1/network: {row['reason']}"] if row.get("reason") else []
    return lines


def _describe_op(op: dict[str, Any]) -> str:
    usual = {"gain2": 1, "shift2": 0}
    numbers = [
        f"{key.replace('sigma_w2_', '')} {value:.4g}"
        for key, value in op.items()
        if isinstance(value, float) and usual.get(key) != value
    ]
    name = op.get("activation", op.get("kind") and f"{op['kind']} norm") or op["op"]
    if op["op"] == "attention":
        name += ", sigma_w2 of"
    inner = [f"drop {op['noise']['drop']:.4g} of its weights"] if "noise" in op else []
    return ", ".join([name, *numbers, *inner]).replace("of, ", "of ")


def _describe_sub_layer(layer: dict[str, Any]) -> str:
    norm = layer["norm"]
    ops = "; ".join(map(_describe_op, layer["ops"]))
    return f"{norm['at']} {_describe_op({'op': 'norm', **norm})}; {ops}"


def _table(rows: list[Row]) -> list[str]:
    cells = [["place", "name", "module", "understood as"]]
    cells += [[row.place, row.name or "(model)", row.module, row.meaning] for row in rows]
    widths = [max(len(line[i]) for line in cells) for i in range(3)]
    return ["  ".join([*(cell.ljust(w) for cell, w in zip(line, widths)), line[3]]).rstrip() for line in cells]


# ----------------------------------------------------------------------------------------------------
# The command line.

EXIT_CODES = {"trainable": 0, "not_trainable": 1, "unknown": 3, "doubtful": 5}

HELP = """examples:
  python dropline_check.py my_module:make_model
  python dropline_check.py my_module:encoder --tokens 512
  python dropline_check.py my_module:make_model --inputs my_module:make_batch --json
  python dropline_check.py my_module:make_model --training steps=1500 optimiser=adam

exit codes:
  0  trainable
  1  not_trainable: deeper than can be trained
  2  wrong use: no such module, no model, options that do not exist
  3  unknown: not understood, or not covered by the theory
  4  Dropline cannot be reached, or it failed, or this program did
  5  doubtful: between the two limits
"""


def _load(place: str) -> Any:
    """What stands at module:name; what it returns, where it can be called and is no model."""
    module, _, name = place.partition(":")
    if not module or not name:
        raise ValueError(f"{place!r} is no place: write module:name.")
    if os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())
    found: Any = importlib.import_module(module)
    for part in name.split("."):
        found = getattr(found, part)
    is_model = hasattr(found, "named_modules") and not isinstance(found, type)
    return found if is_model or not callable(found) else found()


def _parse_training(pairs: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise ValueError(f"{pair!r} is no setting: write name=value.")
        try:
            found[name] = float(value)
        except ValueError:
            found[name] = value
    return found


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns its exit code."""
    parser = argparse.ArgumentParser(
        description="Says whether a PyTorch model is shallow enough for its dropout to be trained.",
        epilog=HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("model", help="module:name of a model, or of a function or class that makes one")
    parser.add_argument(
        "--url", help="where Dropline runs (default: the variable DROPLINE, or http://localhost:8787)"
    )
    parser.add_argument("--inputs", metavar="module:name", help="a batch of inputs, or a function that makes one")
    parser.add_argument("--tokens", type=int, help="tokens of a sequence, which attention needs to know")
    parser.add_argument(
        "--fresh", action="store_true", help="asks about a fresh model with the variances of one that was trained"
    )
    parser.add_argument("--causal", action="store_true", help="attention sees earlier tokens only")
    parser.add_argument(
        "--training", nargs="+", default=[], metavar="name=value", help=f"how it is trained: {', '.join(TRAINING)}"
    )
    parser.add_argument("--timeout", type=float, default=30.0, help="of each request, in seconds (default 30)")
    parser.add_argument("--json", action="store_true", help="prints the answer as JSON")
    options = parser.parse_args(arguments)
    try:
        model = _load(options.model)
        inputs = _load(options.inputs) if options.inputs else None
    except Exception as wrong:  # whatever the module of the user raises
        print(f"dropline_check: {type(wrong).__name__}: {wrong}", file=sys.stderr)
        return 2
    try:
        answer = check(
            model,
            options.url,
            inputs=inputs,
            tokens=options.tokens,
            causal=options.causal,
            fresh=options.fresh,
            training=_parse_training(options.training),
            timeout=options.timeout,
        )
    except (ImportError, TypeError, ValueError) as wrong:
        print(f"dropline_check: {wrong}", file=sys.stderr)
        return 2
    except ApiUnavailable as down:
        print(f"dropline_check: {down}", file=sys.stderr)
        return 4
    except Exception:  # (without this Python would exit with 1, which is not_trainable)
        traceback.print_exc()
        return 4
    print(json.dumps(answer.to_dict(), indent=2) if options.json else answer)
    return EXIT_CODES[answer.verdict]


if __name__ == "__main__":
    sys.exit(main())
