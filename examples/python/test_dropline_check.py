"""Tests of dropline_check: python -m unittest discover examples/python

Those that read models need torch, and those that ask need a running Dropline, whose address stands in the environment
variable DROPLINE.
"""

import contextlib
import io
import json
import math
import os
import sys
import tempfile
import threading
import unittest
import urllib.parse
import urllib.request
import warnings
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).parent))
import dropline_check
from dropline_check import Answer, ApiUnavailable, NoAnswer, Row, assert_deep_enough, check

try:
    import torch
    from torch import nn
except ImportError:
    torch = None

DROPLINE = os.environ.get("DROPLINE")


class Fake:
    """A server that answers every request in the same way, and keeps what was posted."""

    def __init__(self, status=200, text='{"rows": [{}]}', wait=None):
        fake = self
        self.posted = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                posted = self.rfile.read(int(self.headers["content-length"]))
                fake.posted.append((self.path, json.loads(posted)))
                if wait:
                    wait.wait(1)
                answer = text(self.path, fake.posted[-1][1]) if callable(text) else text
                with contextlib.suppress(BrokenPipeError):
                    self.send_response(status)
                    self.end_headers()
                    self.wfile.write(answer.encode())

            def log_message(self, *_):
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self):
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


ROW = {
    **{"kind": "scale", "depth": 21.0, "depth_low": 20.0, "depth_high": 22.0, "margin": 0.01, "gradient_ratio": 1.5},
    **{"limited_by": "correlation", "basis": "extrapolated", "blocks_searched": 12, "flags": "", "reason": None},
}
FITTED = {
    **{"fitted_depth": 16.0, "fitted_low": 12.0, "fitted_high": 20.0, "fitted_extrapolates": None, "reason": None},
    **{"limit_low": 13.2, "limit_high": 26.8, "limit_low_limited_by": "correlation", "layers_searched": 2000},
}
NOTE = (
    "The fitted rule is … What a query leaves out is as follows: data mnist, width 100, optimiser sgd, steps 500, "
    "batch 100, and the learning rate at which they train deepest (sgd 0.003 to 0.03). Networks count as trained …"
)


def answer_all(path, posted):
    """What Dropline might answer."""
    if path == "/v1/network":
        return json.dumps({"rows": [ROW]})
    rows = [{"status": 200, "rows": [FITTED]} for _ in posted["queries"]]
    return json.dumps({"meta": {"notes": [NOTE]}, "rows": rows})


class TheApi(unittest.TestCase):
    def ask(self, fake, timeout=5):
        with fake:
            return dropline_check._Api(fake.url + "/", timeout).network({"blocks": []})

    def test_posts_json_and_gives_the_row(self):
        fake = Fake(text='{"rows": [{"margin": 0.5}]}')
        self.assertEqual(self.ask(fake), {"margin": 0.5})
        self.assertEqual(fake.posted, [("/v1/network", {"blocks": []})])

    def test_says_what_to_do_where_nobody_listens(self):
        fake = Fake()
        fake.server.server_close()
        with self.assertRaisesRegex(ApiUnavailable, f"cannot be reached at {fake.url} .*npm start.*DROPLINE"):
            dropline_check._Api(fake.url, 5).network({})

    def test_does_not_wait_longer_than_it_may(self):
        done = threading.Event()
        with self.assertRaisesRegex(ApiUnavailable, "timed out"):
            try:
                self.ask(Fake(wait=done), timeout=0.2)
            finally:
                done.set()

    def test_passes_on_why_a_network_is_refused(self):
        for status in (400, 413, 422):
            with self.assertRaisesRegex(dropline_check._Refused, "^Batch norms beside attention are not covered.$"):
                self.ask(Fake(status, '{"detail": "Batch norms beside attention are not covered."}'))

    def test_takes_failures_for_failures(self):
        for status, text in [
            (500, "{}"),
            (503, '{"detail": "Later."}'),
            (429, "no JSON"),
            (404, "{}"),
            (400, "<p>proxy</p>"),
        ]:
            with self.assertRaisesRegex(ApiUnavailable, f"answered {status}"):
                self.ask(Fake(status, text))

    def test_takes_other_answers_for_those_of_something_else(self):
        for text in ["<html>", "[]", "{}", '{"rows": {}}', '{"rows": []}']:
            with self.assertRaisesRegex(ApiUnavailable, "it is not Dropline"):
                self.ask(Fake(text=text))

    def test_asks_addresses_of_the_web_only(self):
        for url in ["file:///etc/passwd", "localhost:8787", "ftp://localhost"]:
            with self.assertRaisesRegex(ValueError, "begins with http"):
                dropline_check._Api(url, 5)

    def test_refuses_a_whole_batch_where_one_query_is_refused(self):
        rows = [
            {"status": 200, "rows": [FITTED]},
            {"status": 400, "problem": {"detail": "slope: 3 is out of range."}},
        ]
        with Fake(text=json.dumps({"rows": rows})) as fake:
            with self.assertRaisesRegex(dropline_check._Refused, "slope: 3"):
                dropline_check._Api(fake.url, 5).trainable_depths([{}, {}])


class Decisions(unittest.TestCase):
    def test_are_those_of_advice(self):
        # theory, measurements, whether the rule is a guess, verdict: the cases of worker/endpoints/verdict.ts
        for theory, measured, guess, verdict in [
            ("trainable", "unknown", False, "trainable"),
            ("not_trainable", "unknown", True, "not_trainable"),
            ("unknown", "unknown", False, "unknown"),
            ("unknown", "trainable", False, "trainable"),
            ("unknown", "trainable", True, "doubtful"),
            ("unknown", "not_trainable", True, "doubtful"),
            ("trainable", "trainable", False, "trainable"),
            ("trainable", "trainable", True, "trainable"),
            ("trainable", "not_trainable", False, "not_trainable"),
            ("trainable", "not_trainable", True, "doubtful"),
            ("trainable", "doubtful", True, "doubtful"),
            ("doubtful", "not_trainable", True, "doubtful"),
            ("doubtful", "trainable", False, "doubtful"),
            ("not_trainable", "trainable", False, "not_trainable"),
            ("not_trainable", "doubtful", True, "not_trainable"),
        ]:
            with self.subTest(theory=theory, measured=measured, guess=guess):
                self.assertEqual(dropline_check._decide(theory, measured, guess)[0], verdict)

    def test_of_blocks_go_by_their_thresholds(self):
        none = {"depth_low": None, "depth_high": None}
        for depth, numbers, verdict, words in [
            (12, none, "trainable", "above e\\^-6"),
            (20, {}, "trainable", "above e\\^-6"),
            (21, {}, "doubtful", "e\\^-6 after 20 and e\\^-6.6 after 22 of 21 blocks"),
            (23, {}, "not_trainable", "e\\^-6.6 after 22"),
            (21, {"depth_high": None}, "doubtful", "after 20 of"),
            (23, {"limited_by": "float_range", "margin": None}, "not_trainable", "leaves float32"),
            (
                12,
                {**none, "margin": None, "limited_by": None, "reason": "Too much."},
                "unknown",
                "no margin.*Too much",
            ),
            (12, {**none, "gradient_ratio": 2e3}, "unknown", "by a factor of 2e\\+03"),
            (12, {**none, "gradient_ratio": 1e-4}, "unknown", "by a factor of 0.0001"),
            (12, {**none, "gradient_ratio": None}, "unknown", "more than doubles hold"),
        ]:
            with self.subTest(depth=depth, numbers=numbers):
                answer = Answer("Net", depth=depth, network={**ROW, **numbers})
                dropline_check._judge_blocks(answer, depth)
                self.assertEqual(answer.verdict, verdict)
                self.assertRegex(answer.reason, words)

    def test_of_the_theory_about_layers_that_differ_go_by_the_margin(self):
        for margin, limited_by, ratio, verdict in [
            (0.0025, "correlation", 1, "trainable"),
            (0.0024, "correlation", 1, "doubtful"),
            (math.exp(-12.1), "correlation", 1, "not_trainable"),
            (None, "float_range", None, "not_trainable"),
            (None, None, None, "unknown"),
            (0.5, None, 1e4, "unknown"),
            (0.5, None, None, "unknown"),
            (0.5, None, 1e-9, "trainable"),
        ]:
            with self.subTest(margin=margin, ratio=ratio):
                row = {**ROW, "margin": margin, "limited_by": limited_by, "gradient_ratio": ratio}
                answer = Answer("Net", network=row, fitted=FITTED)
                self.assertEqual(dropline_check._judge_by_theory(answer, 5, False)[0], verdict)

    def test_of_the_theory_about_equal_layers_go_by_the_limits(self):
        for depth, numbers, ratio, verdict in [
            (13, {}, 1, "trainable"),
            (14, {}, 1, "doubtful"),
            (27, {}, 1, "not_trainable"),
            (27, {"limit_high": None}, 1, "doubtful"),
            (27, {"limit_low": None}, 1, "trainable"),
            (27, {"limit_low": None}, 1.01, "unknown"),
            (13, {"layers_searched": None}, 1, "unknown"),
        ]:
            with self.subTest(depth=depth, numbers=numbers, ratio=ratio):
                answer = Answer("Net", network={**ROW, "gradient_ratio": ratio}, fitted={**FITTED, **numbers})
                self.assertEqual(dropline_check._judge_by_theory(answer, depth, True)[0], verdict)

    def test_take_variances_for_the_same_within_what_was_measured(self):
        sample = dropline_check._Sample
        self.assertTrue(dropline_check._are_same([sample(1, 10**6), sample(1.005, 10**6)]))
        self.assertFalse(dropline_check._are_same([sample(1, 10**6), sample(1.05, 10**6)]))
        self.assertTrue(dropline_check._are_same([sample(1, 100), sample(1.5, 100)]))
        self.assertTrue(dropline_check._are_same([sample(0, 100), sample(0, 100)]))
        self.assertFalse(dropline_check._are_same([sample(0, 10**6), sample(1e-3, 10**6)]))
        self.assertAlmostEqual(dropline_check._pool([sample(1, 100), sample(2, 300)]), 1.75)


class Words(unittest.TestCase):
    answer = Answer(
        **{
            "title": "Sequential, in train() mode",
            "verdict": "doubtful",
            "reason": "Both say the same.",
            "depth": 14,
        },
        **{"unit": "hidden layers", "network": ROW, "fitted": FITTED, "assumed": ["inputs"], "notes": ["wide"]},
        rows=[Row("stem", "0", "Linear(784, 256)", "linear, sigma_w2 2"), Row("block 1", "1", "ReLU", "relu")],
    )

    def test_show_what_was_understood_and_the_numbers(self):
        self.assertEqual(
            str(self.answer).splitlines(),
            [
                "Sequential, in train() mode, 14 hidden layers",
                "",
                "place    name  module            understood as",
                "stem     0     Linear(784, 256)  linear, sigma_w2 2",
                "block 1  1     ReLU              relu",
                "",
                "/v1/network: margin 0.01 after 14 hidden layers, gradient_ratio 1.5, basis extrapolated",
                "/v1/trainable-depth: fitted_depth 16, fitted_low 12, fitted_high 20, limit_low 13.2, limit_high 26.8",
                "verdict: doubtful. Both say the same.",
                "assumed: inputs",
                "note: wide",
            ],
        )

    def test_have_a_line_for_each_module_that_was_not_understood_and_no_number(self):
        answer = Answer(
            "Net", not_understood=["0 (Conv2d): it is not in the catalogue.", "3 (LSTM): why."], reason="So."
        )
        lines = str(answer).splitlines()
        self.assertEqual(
            [line for line in lines if line.startswith("not understood: ")][1], "not understood: 3 (LSTM): why."
        )
        self.assertEqual(lines[-1], "verdict: unknown. So.")
        self.assertNotIn("margin", str(answer))

    def test_show_numbers_that_nobody_knows_as_such(self):
        row = {
            **ROW,
            "margin": None,
            "depth_low": None,
            "reason": "It takes too much work.",
            "flags": "gradual causal",
        }
        text = str(Answer("Net", depth=1, network=row, alike={**row, "blocks_searched": 2000}))
        self.assertIn("margin – after 1 block, gradient_ratio 1.5, basis extrapolated, flags gradual causal", text)
        self.assertIn("depth_low –, depth 21, depth_high 22 (not within 2000)", text)

    def test_are_json_too(self):
        parsed = json.loads(json.dumps(self.answer.to_dict()))
        self.assertEqual(parsed["verdict"], "doubtful")
        self.assertEqual(parsed["margin"], 0.01)
        self.assertEqual(parsed["rows"][1]["module"], "ReLU")


class Assertions(unittest.TestCase):
    def having(self, **answer):
        return mock.patch.object(dropline_check, "check", return_value=Answer("Net", reason="Why.", **answer))

    def test_pass_what_is_trainable_without_a_word(self):
        with self.having(verdict="trainable"), warnings.catch_warnings():
            warnings.simplefilter("error")
            self.assertEqual(assert_deep_enough(None).verdict, "trainable")

    def test_fail_with_the_whole_answer(self):
        with self.having(verdict="not_trainable"), self.assertRaisesRegex(
            AssertionError, "deeper(.|\n)*not_trainable. Why."
        ):
            assert_deep_enough(None)

    def test_warn_of_what_is_doubtful(self):
        with self.having(verdict="doubtful"), self.assertWarnsRegex(UserWarning, "doubtful(.|\n)*Why."):
            assert_deep_enough(None)

    def test_do_not_pass_what_is_unknown_unless_that_is_allowed(self):
        with self.having(verdict="unknown"):
            with self.assertRaisesRegex(NoAnswer, "allow_unknown(.|\n)*Why.") as raised:
                assert_deep_enough(None)
            self.assertNotIsInstance(raised.exception, AssertionError)
            with self.assertWarnsRegex(UserWarning, "unknown(.|\n)*Why."):
                assert_deep_enough(None, allow_unknown=True)

    def test_do_not_pass_where_dropline_is_down(self):
        with mock.patch.object(dropline_check, "check", side_effect=ApiUnavailable("It is down.")):
            with self.assertRaisesRegex(ApiUnavailable, "It is down."):
                assert_deep_enough(None)
            with self.assertWarnsRegex(UserWarning, "It is down."):
                self.assertEqual(assert_deep_enough(None, allow_unknown=True).verdict, "unknown")

    def test_pass_options_on(self):
        with self.having(verdict="trainable") as asked:
            assert_deep_enough("model", "http://there", tokens=5)
        asked.assert_called_once_with("model", "http://there", tokens=5)


class CommandLine(unittest.TestCase):
    def run_with(self, *arguments, **result):
        out, err = io.StringIO(), io.StringIO()
        with mock.patch.object(dropline_check, "check", **result) as asked:
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                code = dropline_check.main(list(arguments))
        return code, out.getvalue(), err.getvalue(), asked

    def test_has_an_exit_code_for_each_verdict(self):
        for verdict, expected in [("trainable", 0), ("not_trainable", 1), ("unknown", 3), ("doubtful", 5)]:
            code, out, _, _ = self.run_with("json:loads.__name__", return_value=Answer("Net", verdict=verdict))
            self.assertEqual(code, expected)
            self.assertIn(f"verdict: {verdict}.", out)
        self.assertEqual(set(dropline_check.EXIT_CODES), set(dropline_check.VERDICTS))

    def test_has_one_for_a_dropline_that_is_down(self):
        code, out, err, _ = self.run_with("json:loads.__name__", side_effect=ApiUnavailable("It is down."))
        self.assertEqual((code, out, err), (4, "", "dropline_check: It is down.\n"))

    def test_has_one_for_wrong_use(self):
        for place, words in [
            ("json", "write module:name"),
            ("no_such_module:model", "No module named"),
            ("json:no_such_name", "no attribute 'no_such_name'"),
            ("json:loads", "TypeError"),
            ("sys:exit.no_such_name", "AttributeError"),
        ]:
            code, out, err, asked = self.run_with(place)
            self.assertEqual((code, out), (2, ""))
            self.assertIn(words, err)
            asked.assert_not_called()
        code, _, err, _ = self.run_with("json:__name__", "--training", "steps")
        self.assertEqual(code, 2)
        self.assertIn("write name=value", err)
        with self.assertRaises(SystemExit) as stopped:
            self.run_with("json:__name__", "--no-such-option")
        self.assertEqual(stopped.exception.code, 2)

    def test_takes_all_options(self):
        with tempfile.TemporaryDirectory() as folder, (
            contextlib.chdir(folder) if hasattr(contextlib, "chdir") else mock.patch("os.getcwd", return_value=folder)
        ):
            Path(folder, "made_for_the_test.py").write_text("def make_model():\n    return 'a model'\ninputs = [1]\n")
            _, out, _, asked = self.run_with(
                *["made_for_the_test:make_model", "--url", "http://there", "--inputs", "made_for_the_test:inputs"],
                *[
                    "--tokens",
                    "5",
                    "--causal",
                    "--fresh",
                    "--timeout",
                    "2",
                    "--json",
                    "--training",
                    "steps=300",
                    "optimiser=adam",
                ],
                return_value=Answer("Net"),
            )
        asked.assert_called_once_with(
            "a model",
            "http://there",
            inputs=[1],
            tokens=5,
            causal=True,
            fresh=True,
            training={"steps": 300, "optimiser": "adam"},
            timeout=2,
        )
        self.assertEqual(json.loads(out)["verdict"], "unknown")

    def test_explains_itself(self):
        with self.assertRaises(SystemExit) as stopped, contextlib.redirect_stdout(io.StringIO()) as out:
            dropline_check.main(["--help"])
        self.assertEqual(stopped.exception.code, 0)
        for words in ["examples:", "exit codes:", "--tokens", "cannot be reached"]:
            self.assertIn(words, out.getvalue())


def make_mlp(depth, width=64, activation=None, p=0.1, inputs=32, outputs=8, **linear):
    """A plain stack."""
    sizes = [inputs] + [width] * depth
    layers = []
    for reads, writes in zip(sizes, sizes[1:]):
        layers += [nn.Linear(reads, writes, **linear), activation or nn.ReLU(), nn.Dropout(p)]
    return nn.Sequential(*layers, nn.Linear(width, outputs, **linear))


def draw(model, sigma_w2, sigma_b2=0.0):
    """Draws weights with exactly these variances."""
    for module in model.modules():
        if isinstance(module, nn.Linear):
            for values, variance in [(module.weight, sigma_w2 / module.in_features), (module.bias, sigma_b2)]:
                if values is not None:
                    drawn = torch.randn_like(values)
                    drawn -= drawn.mean() if values.numel() > 1 else 0
                    with torch.no_grad():
                        values.copy_(drawn * math.sqrt(variance / drawn.square().mean()))
    return model


def make_encoder(depth, width=64, hidden=128, heads=4, p=0.1, **options):
    """Layers of a transformer that are drawn one by one."""
    layers = [nn.TransformerEncoderLayer(width, heads, hidden, p, batch_first=True, **options) for _ in range(depth)]
    return nn.Sequential(*layers)


@unittest.skipIf(torch is None, "reading models needs torch")
class Reading(unittest.TestCase):
    def setUp(self):
        torch.manual_seed(1)

    def ask(self, model, **options):
        with Fake(text=answer_all) as fake:
            answer = check(model, fake.url, **options)
        self.assertTrue(all(posted is not None for _, posted in fake.posted))
        return answer, fake.posted

    def body(self, model, **options):
        answer, posted = self.ask(model, **options)
        self.assertEqual(answer.not_understood, [])
        self.assertEqual(posted[0][0], "/v1/network")
        return posted[0][1]

    def refuse(self, model, words, **options):
        answer, posted = self.ask(model, **options)
        self.assertEqual(answer.verdict, "unknown")
        self.assertEqual(posted, [], "nothing is asked about a model that is not understood")
        self.assertIsNone(answer.margin)
        self.assertRegex("\n".join(answer.not_understood), words)
        self.assertNotRegex(str(answer), r"margin|fitted_depth")
        return answer

    def test_puts_the_first_layer_into_the_stem_and_the_head_into_the_last_block(self):
        model = make_mlp(3, p=0.2)
        body = self.body(model)
        self.assertEqual([op["op"] for op in body["stem"]["ops"]], ["linear"])
        self.assertEqual(len(body["blocks"]), 3)
        for block, linear in zip(body["blocks"], [model[3], model[6], model[9]]):
            [layer] = block["sub_layers"]
            self.assertEqual(layer["skip"], 0)
            self.assertEqual(
                layer["ops"][:2], [{"op": "activation", "activation": "relu"}, {"op": "noise", "drop": 0.2}]
            )
            matrix = layer["ops"][2]
            self.assertEqual(matrix["op"], "linear")
            self.assertAlmostEqual(matrix["sigma_w2"], float(linear.weight.square().mean()) * linear.in_features, 6)
            self.assertAlmostEqual(matrix["sigma_b2"], float(linear.bias.square().mean()), 6)

    def test_says_of_each_module_where_it_stands(self):
        model = nn.Sequential(nn.Flatten(), make_mlp(2), nn.Identity(), nn.LogSoftmax(1))
        answer, _ = self.ask(model)
        self.assertEqual(
            [(row.place, row.name, row.module) for row in answer.rows],
            [
                ("–", "0", "Flatten"),
                *[("stem", "1.0", "Linear(32, 64)"), ("block 1", "1.1", "ReLU"), ("block 1", "1.2", "Dropout")],
                *[("block 1", "1.3", "Linear(64, 64)"), ("block 2", "1.4", "ReLU"), ("block 2", "1.5", "Dropout")],
                *[("block 2", "1.6", "Linear(64, 8)"), ("–", "2", "Identity"), ("output", "3", "LogSoftmax")],
            ],
        )
        self.assertIn("2 hidden layers", str(answer))
        self.assertIn("(output) is not part of the answer", str(answer))

    def test_leaves_biases_and_dropout_out_where_there_are_none(self):
        body = self.body(make_mlp(2, p=0.0, bias=False))
        ops = [op for block in body["blocks"] for op in block["sub_layers"][0]["ops"]]
        self.assertEqual([op["op"] for op in ops], ["activation", "linear"] * 2)
        self.assertFalse(any("sigma_b2" in op for op in ops))
        self.assertIn("The model has no dropout", str(self.ask(make_mlp(2, p=0.0))[0]))

    def test_knows_the_activations_of_the_catalogue(self):
        for module, expected in [
            (nn.LeakyReLU(0.2), {"activation": "leaky_relu", "slope": 0.2}),
            (nn.PReLU(), {"activation": "prelu", "slope": 0.25}),
            (nn.ELU(0.5), {"activation": "elu", "alpha": 0.5}),
            (nn.CELU(2.0), {"activation": "celu", "alpha": 2}),
            (nn.GELU(), {"activation": "gelu"}),
            (nn.GELU(approximate="tanh"), {"activation": "gelu_tanh"}),
            (nn.Softshrink(0.3), {"activation": "softshrink", "threshold": 0.3}),
            (nn.Hardtanh(), {"activation": "hard_tanh"}),
            (nn.Softplus(), {"activation": "softplus"}),
            (nn.Tanh(), {"activation": "tanh"}),
        ]:
            with self.subTest(module=module):
                op = self.body(make_mlp(1, activation=module))["blocks"][0]["sub_layers"][0]["ops"][0]
                self.assertEqual(op, {"op": "activation", **expected})

    def test_refuses_activations_without_a_name(self):
        for module in [nn.Hardtanh(-2, 2), nn.Softplus(2), nn.RReLU(), nn.PReLU(64), nn.GLU(), nn.Threshold(0.1, 0)]:
            with self.subTest(module=module):
                self.refuse(make_mlp(1, activation=module), f"^1 \\({type(module).__name__}\\): ")

    def test_refuses_what_it_does_not_know(self):
        class Residual(nn.Module):
            def __init__(self):
                super().__init__()
                self.body = make_mlp(2)

            def forward(self, x):
                return x + self.body(x)

        class Scaled(nn.Linear):
            def forward(self, x):
                return 2 * super().forward(x)

        hooked = make_mlp(2)
        hooked[3].register_forward_hook(lambda module, inputs, output: output + 1)
        patched = make_mlp(2)
        patched[3].forward = lambda x: x
        for model, words in [
            (nn.Sequential(nn.Conv2d(1, 8, 3), nn.ReLU(), nn.Flatten(), nn.Linear(8, 2)), r"^0 \(Conv2d\)"),
            (nn.Sequential(nn.LSTM(8, 8)), r"^0 \(LSTM\)"),
            (Residual(), r"^the model \(Residual\): .*forward.*: body\.$"),
            (nn.Sequential(nn.Linear(8, 32), Residual(), nn.Linear(32, 2)), r"^1 \(Residual\)"),
            (nn.Sequential(Scaled(8, 8), nn.ReLU(), nn.Linear(8, 8)), r"^0 \(Scaled\)"),
            (nn.Transformer(64, 4, 1, 1, 128), r"^the model \(Transformer\): .*: encoder\.$"),
            (
                nn.Sequential(nn.Linear(8, 8), nn.Softmax(1), nn.Linear(8, 8)),
                r"^1 \(Softmax\): it stands before weights",
            ),
            (nn.Sequential(nn.Linear(8, 8), nn.ReLU(), nn.Flatten(), nn.Linear(8, 8)), r"^2 \(Flatten\)"),
            (nn.Sequential(nn.ReLU()), "no layer with weights"),
            (make_mlp(2, p=1.0), r"^2 \(Dropout\): it drops everything"),
            (hooked, r"^3 \(Linear\(64, 64\)\): it has hooks"),
            (patched, r"^3 \(Linear\(64, 64\)\): its forward was replaced"),
        ]:
            with self.subTest(words=words):
                self.refuse(model, words)

    def test_understands_kinds_that_compute_the_same(self):
        class Named(nn.Sequential):
            pass

        class Layer(nn.Linear):
            pass

        self.body(Named(Layer(8, 64), nn.ReLU(), nn.Dropout(0.1), Layer(64, 4)))

    def test_refuses_other_kinds_of_dropout(self):
        for kind in [nn.AlphaDropout, nn.FeatureAlphaDropout, nn.Dropout1d, nn.Dropout2d]:
            with self.subTest(kind=kind):
                model = nn.Sequential(nn.Linear(8, 64), nn.SELU(), kind(0.1), nn.Linear(64, 4))
                self.refuse(model, rf"^2 \({kind.__name__}\): of dropout only nn.Dropout")

    def test_refuses_weights_that_are_shared_or_copied(self):
        looped = make_mlp(3)
        looped[6] = looped[3]
        self.refuse(looped, "^6: it has the weights of 3")
        tied = make_mlp(3)
        tied[6].weight = tied[3].weight
        self.refuse(tied, "^6: it has the weights of 3")
        transposed = nn.Sequential(nn.Linear(64, 64, bias=False), nn.Tanh(), nn.Linear(64, 64, bias=False))
        transposed[2].weight.data = transposed[0].weight.data.T
        self.refuse(transposed, "^2: it has the weights of 0")
        copied = make_mlp(3)
        copied[6].load_state_dict(copied[3].state_dict())
        self.refuse(copied, "^6: its weights are those of 3")
        with torch.no_grad():
            copied[6].weight += 0.05 * torch.randn(64, 64)
        self.refuse(copied, "^6: .*correlated")
        with torch.no_grad():
            copied[6].weight.copy_(torch.randn(64, 64) / 8)
        self.body(copied)
        # (two numbers are correlated whatever they are)
        self.body(nn.Sequential(nn.Linear(1, 2), nn.Tanh(), nn.Linear(2, 1), nn.Tanh(), nn.Linear(1, 2)))

    def test_refuses_the_copied_layers_of_an_encoder_until_they_are_drawn_again(self):
        layer = nn.TransformerEncoderLayer(64, 4, 128, 0.1, batch_first=True)
        encoder = nn.TransformerEncoder(layer, 4, nn.LayerNorm(64))
        self.refuse(encoder, "copies one layer: draw the weights of each again", tokens=16)
        for parameter in encoder.parameters():
            if parameter.dim() > 1:
                nn.init.xavier_uniform_(parameter)
        body = self.body(encoder, tokens=16)
        self.assertEqual(len(body["blocks"]), 4)
        self.assertEqual(body["final_norm"]["kind"], "layer")

    def test_refuses_parametrised_weights(self):
        for wrap in [nn.utils.parametrizations.weight_norm, nn.utils.parametrizations.spectral_norm]:
            model = make_mlp(2)
            wrap(model[3])
            self.refuse(model, r"^3 \(.*Linear.*\): its weight is parametrised")

    def test_refuses_weights_that_are_not_there(self):
        self.refuse(nn.Sequential(nn.LazyLinear(64), nn.ReLU(), nn.Linear(64, 8)), r"^0 \(LazyLinear.*no weights yet")
        self.refuse(make_mlp(2, device="meta"), "no values")
        broken = make_mlp(2)
        broken[3].weight.data[0, 0] = math.nan
        self.refuse(broken, "^3: weights that are not finite")
        made = nn.Sequential(nn.LazyLinear(64), nn.ReLU(), nn.Linear(64, 8))
        made(torch.randn(2, 32))
        self.body(made)

    def test_refuses_weights_and_biases_with_a_mean(self):
        model = make_mlp(2)
        model[3].weight.data += 0.1
        self.refuse(model, "^3: weights with a mean of 0\\.(09|10)")
        model = make_mlp(2)
        model[3].bias.data += 0.5
        self.refuse(model, "^3: biases with a mean of 0\\.[45]")
        model = make_mlp(2)
        model[3].bias.data.fill_(0.01)
        self.body(model)

    def test_asks_about_a_fresh_model_with_the_variances_of_one_that_was_trained(self):
        trained = nn.Sequential(nn.Linear(32, 64), nn.LayerNorm(64), nn.ReLU(), nn.Dropout(0.1), nn.Linear(64, 4))
        trained[0].weight.data += 0.1
        trained[0].bias.data += 0.5
        trained[1].weight.data.uniform_(0.5, 1.5)
        self.refuse(trained, "^0: weights with a mean of(.|\n)*fresh=True")
        body = self.body(trained, fresh=True)
        linear, norm = body["stem"]["ops"]
        self.assertAlmostEqual(linear["sigma_w2"], trained[0].weight.var(unbiased=False).item() * 32, 6)
        self.assertAlmostEqual(linear["sigma_b2"], trained[0].bias.var(unbiased=False).item(), 6)
        self.assertAlmostEqual(norm["gain2"], trained[1].weight.square().mean().item(), 6)
        self.assertIn("are left out (fresh=True)", str(self.ask(trained, fresh=True)[0]))
        copied = make_mlp(3)
        copied[6].load_state_dict(copied[3].state_dict())
        self.refuse(copied, "^6: its weights are those of 3", fresh=True)

    def test_reads_norms(self):
        model = nn.Sequential(
            *[nn.Linear(32, 64), nn.BatchNorm1d(64, eps=1e-3), nn.ReLU(), nn.Dropout(0.1)],
            *[nn.Linear(64, 64), nn.LayerNorm(64), nn.Tanh(), nn.Linear(64, 4)],
        )
        body = self.body(model)
        self.assertEqual([op["op"] for op in body["stem"]["ops"]], ["linear", "norm"])
        self.assertEqual(
            body["stem"]["ops"][1], {"op": "norm", "kind": "batch", "eps": 1e-3, "gain2": 1, "shift2": 0}
        )
        self.assertEqual(body["stem"]["c_batch"], 0.28)
        names = [[op["op"] for op in block["sub_layers"][0]["ops"]] for block in body["blocks"]]
        self.assertEqual(names, [["activation", "noise", "linear", "norm"], ["activation", "linear"]])

    def test_refuses_norms_that_are_not_those_of_the_theory(self):
        def make(norm):
            return nn.Sequential(nn.Linear(32, 64), norm, nn.ReLU(), nn.Dropout(0.1), nn.Linear(64, 4))

        trained = nn.LayerNorm(64)
        trained.weight.data.uniform_(0.5, 1.5)
        self.refuse(make(trained), "^1: gains that differ over the units, before an activation")
        shifted = nn.LayerNorm(64)
        shifted.bias.data.fill_(0.5)
        self.refuse(make(shifted), "^1: shifts with a mean of 0.5")
        self.refuse(make(nn.LayerNorm((4, 64))), "^1 .*more than the units of a layer")
        self.refuse(make(nn.GroupNorm(4, 64)), r"^1 \(GroupNorm\)")
        self.refuse(make(nn.BatchNorm1d(64)), "more than two dimensions", inputs=torch.randn(4, 7, 32))
        before = nn.Sequential(nn.Linear(32, 64), nn.Tanh(), trained, nn.Linear(64, 4))
        self.body(before)

    def test_asks_about_training_whatever_the_mode(self):
        model = make_mlp(2).eval()
        answer, posted = self.ask(model)
        self.assertIn("in eval() mode", answer.title)
        self.assertIn("The answer is about training", str(answer))
        self.assertEqual(posted, self.ask(model.train())[1])
        model[2].eval()
        self.refuse(model, r"^2 \(Dropout\): it is in eval\(\) mode and the model in train\(\) mode")

    def test_reads_half_precision(self):
        for dtype in [torch.float16, torch.bfloat16, torch.float64]:
            model = draw(make_mlp(1), 2.0).to(dtype)
            [stem] = self.body(model)["stem"]["ops"]
            self.assertAlmostEqual(stem["sigma_w2"], 2.0, 2)

    @unittest.skipUnless(torch and torch.cuda.is_available(), "there is no GPU here")
    def test_reads_weights_on_a_gpu(self):
        model = draw(make_mlp(2), 2.0)
        expected = self.body(model, inputs=torch.ones(2, 32) + torch.eye(2, 32))
        on_gpu = self.body(model.cuda(), inputs=(torch.ones(2, 32) + torch.eye(2, 32)).cuda())
        self.assertEqual(on_gpu, expected)

    def test_leaves_the_model_as_it_was(self):
        model = make_mlp(2).eval()
        before = {name: value.clone() for name, value in model.state_dict().items()}
        self.ask(model)
        self.assertFalse(model.training)
        for name, value in model.state_dict().items():
            self.assertTrue(torch.equal(value, before[name]))

    def test_reads_the_layers_of_a_transformer(self):
        layer = nn.TransformerEncoderLayer(64, 4, 128, 0.2, "gelu", 1e-6, batch_first=True, norm_first=True)
        layer.self_attn.dropout, layer.dropout2.p = 0.3, 0.0
        body = self.body(layer, tokens=16)
        [block] = body["blocks"]
        attention, feed_forward = block["sub_layers"]
        for part in (attention, feed_forward):
            self.assertEqual(part["norm"], {"at": "pre", "kind": "layer", "eps": 1e-6, "gain2": 1, "shift2": 0})
            self.assertNotIn("skip", part)
        weigh, behind = attention["ops"]
        self.assertEqual((weigh["noise"], behind), ({"op": "noise", "drop": 0.3}, {"op": "noise", "drop": 0.2}))
        query, key, value = (rows.square().mean().item() * 64 for rows in layer.self_attn.in_proj_weight.chunk(3))
        for name, expected in [("query", query), ("key", key), ("value", value)]:
            self.assertAlmostEqual(weigh[f"sigma_w2_{name}"], expected, 6)
        self.assertEqual([op["op"] for op in feed_forward["ops"]], ["linear", "activation", "noise", "linear"])
        self.assertEqual(feed_forward["ops"][1]["activation"], "gelu")
        self.assertEqual((body["tokens"], body["stem"]), (16, {"q0": 1, "c0": 0, "ops": []}))
        self.assertNotIn("causal", weigh)
        self.assertTrue(self.body(layer, tokens=16, causal=True)["blocks"][0]["sub_layers"][0]["ops"][0]["causal"])
        layer.dropout.p, layer.dropout1.p, layer.dropout2.p = 0.15, 0.25, 0.35
        parts = self.body(layer, tokens=16)["blocks"][0]["sub_layers"]
        drops = [[op["drop"] for op in part["ops"] if op["op"] == "noise"] for part in parts]
        self.assertEqual(drops, [[0.25], [0.15, 0.35]])
        post = nn.TransformerEncoderLayer(64, 4, 128, activation=nn.SiLU())
        [block] = self.body(post, tokens=16)["blocks"]
        self.assertEqual(block["sub_layers"][0]["norm"]["at"], "post")
        self.assertEqual(block["sub_layers"][1]["ops"][1]["activation"], "silu")

    def test_puts_what_stands_about_transformers_where_it_belongs(self):
        model = nn.Sequential(
            *[nn.Linear(8, 64), nn.Dropout(0.1), make_encoder(2, norm_first=True)],
            *[nn.LayerNorm(64), nn.Dropout(0.2), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 4)],
        )
        body = self.body(model, tokens=16)
        names = lambda ops: [op["op"] for op in ops]
        self.assertEqual(names(body["stem"]["ops"]), ["linear", "noise"])
        self.assertEqual([len(block["sub_layers"]) for block in body["blocks"]], [2, 3, 1])
        self.assertEqual(names(body["blocks"][1]["sub_layers"][2]["ops"]), ["norm", "noise", "linear"])
        self.assertEqual(names(body["blocks"][2]["sub_layers"][0]["ops"]), ["activation", "linear"])

    def test_keeps_what_stands_between_transformers_in_the_block_before(self):
        model = nn.Sequential(make_encoder(1), nn.Dropout(0.1), make_encoder(1), nn.Linear(64, 64), nn.Dropout(0.1))
        body = self.body(nn.Sequential(model, make_encoder(1)), tokens=16)
        ops = [[[op["op"] for op in layer["ops"]] for layer in block["sub_layers"][2:]] for block in body["blocks"]]
        self.assertEqual(ops, [[["noise"]], [["linear", "noise"]], []])

    def test_sends_many_equal_blocks_as_one(self):
        model = make_mlp(150)
        model[2 + 3 * 70].p = 0.5
        body = self.body(model)
        self.assertEqual([block["repeat"] for block in body["blocks"]], [70, 1, 79])
        own = [linear.weight.square().mean().item() * 64 for linear in list(model)[3 : 3 + 3 * 70 : 3]]
        self.assertAlmostEqual(body["blocks"][0]["sub_layers"][0]["ops"][2]["sigma_w2"], sum(own) / 70, 6)

    def test_refuses_transformers_that_were_changed(self):
        def changed(change):
            layer = nn.TransformerEncoderLayer(64, 4, 128)
            change(layer)
            return layer

        for change, words in [
            (lambda layer: setattr(layer, "activation", lambda x: x), "its activation"),
            (lambda layer: setattr(layer, "norm1", nn.Identity()), r"norm1 \(Identity\): in its place LayerNorm"),
            (
                lambda layer: setattr(layer, "dropout", nn.AlphaDropout(0.1)),
                r"dropout \(AlphaDropout\): in its place Dropout",
            ),
            (
                lambda layer: layer.self_attn.in_proj_bias.data.fill_(0.5),
                "biases, which the theory of attention leaves out",
            ),
            (lambda layer: layer.dropout1.eval(), r"eval\(\) mode"),
            (lambda layer: nn.utils.parametrizations.weight_norm(layer.linear1), "parametrised"),
        ]:
            self.refuse(changed(change), words, tokens=16)
        self.refuse(nn.TransformerEncoderLayer(64, 4, 128), "how many tokens a sequence has: give tokens=512")

    def test_measures_inputs(self):
        inputs = 2 + torch.randn(200, 4, 8)
        body = self.body(nn.Sequential(nn.Flatten(), make_mlp(2)), inputs=inputs)
        self.assertAlmostEqual(body["stem"]["q0"], 5, 0)
        self.assertAlmostEqual(body["stem"]["c0"], 4 / 5, 1)
        self.assertAlmostEqual(body["stem"]["mean"], 2, 1)
        two = torch.tensor([[1.0, 1.0], [1.0, -0.5]])
        stem = self.body(nn.Sequential(nn.Linear(2, 64), nn.ReLU(), nn.Linear(64, 2)), inputs=two)["stem"]
        self.assertAlmostEqual(stem["q0"], (1 + 1 + 1 + 0.25) / 4)
        self.assertAlmostEqual(stem["c0"], (1 - 0.5) / 2 / stem["q0"])
        first = nn.Sequential(nn.TransformerEncoderLayer(64, 4, 128))
        self.assertEqual(self.body(first, inputs=torch.randn(9, 5, 64))["tokens"], 9)
        self.assertEqual(self.body(make_encoder(1), inputs=torch.randn(9, 5, 64))["tokens"], 5)
        for wrong in [torch.tensor([[1, 2]]), torch.randn(3), torch.zeros(2, 32), torch.randn(1, 32), [[1.0]]]:
            with self.assertRaisesRegex(ValueError, "inputs must"):
                check(make_mlp(1), "http://localhost:1", inputs=wrong)

    def test_asks_the_fitted_rule_about_plain_stacks(self):
        model = draw(make_mlp(5, p=0.1), 2.0, 0.1)
        answer, posted = self.ask(model, training={"steps": 300})
        [_, (path, batch)] = posted
        self.assertEqual(path, "/v1/batch")
        [query] = [one["query"] for one in batch["queries"]]
        self.assertAlmostEqual(query["sigma_w2"], 2, 5)
        self.assertAlmostEqual(query["sigma_b2"], 0.1, 5)
        self.assertEqual([query[name] for name in ("activation", "drop", "width", "steps")], ["relu", 0.1, 64, 300])
        self.assertAlmostEqual(query["q0"], 2.1, 5)
        self.assertAlmostEqual(query["c_diff"], (2 * 0.28 + 0.1) / 2.1, 5)
        self.assertEqual(answer.verdict, "trainable")
        self.assertIn(
            "for the fitted rule: data mnist, optimiser sgd, batch 100, and the learning rate at which", str(answer)
        )
        self.assertEqual(self.ask(draw(make_mlp(22), 2.0))[0].verdict, "not_trainable")

    def test_leaves_out_of_the_conditions_what_is_given(self):
        describe = dropline_check._describe_conditions
        self.assertEqual(
            describe(NOTE, ["steps", "learning_rate"]),
            ["for the fitted rule: data mnist, width 100, optimiser sgd, batch 100."],
        )
        self.assertEqual(describe("Other notes.", ["steps"]), [])

    def test_takes_the_rule_for_a_guess_where_layers_differ(self):
        def differing(change):
            model = draw(make_mlp(22), 2.0, 0.1)
            change(model)
            answer, posted = self.ask(model)
            return answer, posted[1][1]["queries"]

        def scale(i, by):
            return lambda model: model[i].weight.data.mul_(by)

        for change, words, kinds in [
            (lambda model: setattr(model[5], "p", 0.3), "rates of dropout 0.1, 0.3", 2),
            (lambda model: model.__setitem__(4, nn.Tanh()), "activations relu, tanh", 2),
            (scale(6, 2), "2 kinds of layer, with variances (or slopes) of their own", 2),
            (scale(0, 2), "the first layer has sigma_w2 8 in place of 2", 1),
            (scale(-1, 3), "the head has sigma_w2 18 in place of 2", 1),
            (lambda model: model[0].requires_grad_(False), "some weights are frozen", 1),
            (lambda model: model.insert(0, nn.Dropout(0.2)), "inputs are dropped", 1),
        ]:
            with self.subTest(words=words):
                answer, queries = differing(change)
                self.assertIn(words, str(answer))
                self.assertEqual(len(queries), kinds)
                self.assertEqual(answer.verdict, "doubtful")
        model = nn.Sequential(nn.Linear(8, 64), nn.ReLU(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 4))
        answer, posted = self.ask(model)
        self.assertIn("widths 64, 32", str(answer))
        self.assertEqual([one["query"]["width"] for one in posted[1][1]["queries"]], [32, 64])
        self.assertIn("asked about each of 2 kinds of layer", str(answer))

    def test_shows_the_kind_of_layer_that_trains_least_deep(self):
        rows = [{**FITTED, "fitted_low": 9.0}, {**FITTED, "fitted_low": 4.0}]

        def answer_each(path, posted):
            if path == "/v1/network":
                return json.dumps({"rows": [ROW]})
            return json.dumps({"rows": [{"status": 200, "rows": [row]} for row in rows]})

        model = nn.Sequential(nn.Linear(8, 64), nn.ReLU(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 4))
        with Fake(text=answer_each) as fake:
            self.assertEqual(check(model, fake.url).fitted["fitted_low"], 4)
        rows[1] = {**FITTED, **dict.fromkeys(["fitted_depth", "fitted_low", "fitted_high"]), "reason": "No network."}
        with Fake(text=answer_each) as fake:
            answer = check(model, fake.url)
        self.assertIsNone(answer.fitted["fitted_low"])
        self.assertIn("has no answer here", answer.reason)
        self.assertEqual(answer.verdict, "trainable")
        with Fake(
            text=lambda *asked: answer_each(*asked).replace('"gradient_ratio": 1.5', '"gradient_ratio": 1e-9')
        ) as fake:
            answer = check(model, fake.url)
        self.assertEqual(answer.verdict, "unknown")
        self.assertIn("gradients change too much", answer.reason)
        self.assertIn("/v1/trainable-depth: No network.", str(answer))

    def test_asks_how_many_more_blocks_there_may_be(self):
        answer, posted = self.ask(make_encoder(3), tokens=16)
        self.assertEqual([path for path, _ in posted], ["/v1/network"] * 2)
        [block] = posted[1][1]["blocks"]
        self.assertEqual(block["repeat"], 3)
        own = [one["sub_layers"][0]["ops"][0]["sigma_w2_value"] for one in posted[0][1]["blocks"]]
        self.assertAlmostEqual(block["sub_layers"][0]["ops"][0]["sigma_w2_value"], sum(own) / 3, 6)
        self.assertIn("more of the same transformer layers: depth_low 20", str(answer))
        [_, (_, body)] = self.ask(nn.Sequential(make_encoder(3), nn.Linear(64, 4)), tokens=16)[1]
        self.assertEqual([len(block["sub_layers"]) for block in body["blocks"]], [2], "without the head")
        other = make_encoder(3)
        other[1].dropout1.p = 0.5
        self.assertEqual(len(self.ask(other, tokens=16)[1]), 1)
        normed = nn.Sequential(
            *[nn.Linear(32, 64), nn.LayerNorm(64), nn.ReLU(), nn.Linear(64, 64), nn.LayerNorm(64), nn.ReLU()],
            *[nn.Linear(64, 64), nn.LayerNorm(64), nn.ReLU(), nn.Linear(64, 2)],
        )
        [_, (_, body)] = self.ask(normed)[1]
        [block] = body["blocks"]
        self.assertEqual(block["repeat"], 3)
        self.assertEqual([op["op"] for op in block["sub_layers"][0]["ops"]], ["activation", "linear", "norm"])

    def test_gives_no_verdict_where_the_theory_is_too_far_off(self):
        self.assertEqual(self.ask(make_mlp(5, width=4))[0].verdict, "trainable", "the rule says what the width costs")
        guess = lambda *asked: answer_all(*asked).replace(
            '"fitted_extrapolates": null', '"fitted_extrapolates": "width"'
        )
        with Fake(text=guess) as fake:
            answer = check(make_mlp(5, width=4), fake.url)
        self.assertEqual(answer.verdict, "unknown")
        self.assertIn("too narrow", answer.reason)
        self.assertEqual(self.ask(make_encoder(1, 4, 8, 2), tokens=16)[0].verdict, "trainable")
        self.assertEqual(self.ask(make_encoder(3, 4, 8, 2), tokens=16)[0].verdict, "unknown")

    def test_gives_no_verdict_and_no_number_where_dropline_refuses(self):
        with Fake(422, '{"detail": "An activation reads units that are not Gaussian."}') as fake:
            answer = check(make_mlp(2), fake.url)
        self.assertEqual((answer.verdict, answer.margin), ("unknown", None))
        self.assertIn("not Gaussian", answer.reason)

    def test_has_nothing_to_say_of_no_hidden_layers(self):
        answer, posted = self.ask(nn.Sequential(nn.Dropout(0.5), nn.Linear(8, 2)))
        self.assertEqual((answer.verdict, posted), ("unknown", []))
        self.assertIn("no hidden layers", answer.reason)

    def test_refuses_wrong_use(self):
        with self.assertRaisesRegex(TypeError, "torch.nn.Module is wanted, not list"):
            check([], "http://localhost:1")
        with self.assertRaisesRegex(ValueError, "training has no lr: it takes data"):
            check(make_mlp(1), "http://localhost:1", training={"lr": 1})
        refused = {"status": 422, "problem": {"detail": 'optimiser: "lion" is not one of sgd.'}}
        text = lambda path, _: json.dumps({"rows": [ROW if path == "/v1/network" else refused]})
        with Fake(text=text) as fake, self.assertRaisesRegex(ValueError, "optimiser: .lion. is not one of"):
            check(make_mlp(1), fake.url, training={"optimiser": "lion"})
        with Fake() as fake:
            url = fake.url
        with self.assertRaises(ApiUnavailable):
            check(make_mlp(1), url)


@unittest.skipIf(torch is None, "reading models needs torch")
@unittest.skipIf(DROPLINE is None, "asking needs a Dropline, at the address in the environment variable DROPLINE")
class Asking(unittest.TestCase):
    """What Dropline really answers about models."""

    def setUp(self):
        torch.manual_seed(1)

    def get(self, path, **query):
        address = f"{DROPLINE}/v1/{path}?{urllib.parse.urlencode(query)}"
        with urllib.request.urlopen(address, timeout=30) as response:
            return json.load(response)["rows"][0]

    def test_reads_the_variances_that_the_initialisers_have(self):
        model = make_mlp(4, width=256, inputs=784, outputs=256)
        for init, change in [
            ("torch_default", None),
            ("kaiming_normal", lambda weight: nn.init.kaiming_normal_(weight, nonlinearity="relu")),
            ("xavier_uniform", nn.init.xavier_uniform_),
        ]:
            for module in model if change else []:
                if isinstance(module, nn.Linear):
                    change(module.weight)
            expected = self.get("diagnose", activation="relu", init=init, fan_in=256, fan_out=256)
            body = check(model, DROPLINE).body
            for block in body["blocks"]:
                matrix = block["sub_layers"][0]["ops"][-1]
                self.assertAlmostEqual(matrix["sigma_w2"] / expected["sigma_w2"], 1, delta=0.03)
                if init == "torch_default":
                    self.assertAlmostEqual(matrix["sigma_b2"] / expected["sigma_b2"], 1, delta=0.3)

    def test_a_plain_stack_has_the_depths_of_trainable_depth(self):
        model = draw(make_mlp(20, width=256, bias=False), 2.0)
        answer = check(model, DROPLINE)
        query = {"activation": "relu", "sigma_w2": 2, "drop": 0.1, "width": 256, "q0": 2, "c_diff": 0.28}
        expected = self.get("trainable-depth", field="all", **query)
        for column in ["fitted_depth", "fitted_low", "fitted_high", "limit_low", "limit_high"]:
            self.assertAlmostEqual(answer.fitted[column], expected[column], 4)
        # (layers of variance 2 keep the mean square: the margin crosses e^-6 at limit_low)
        self.assertAlmostEqual(answer.network["depth_low"], expected["limit_low"], 3)
        self.assertEqual(answer.verdict, "doubtful")

    def test_says_of_recommended_networks_what_advice_says(self):
        verdicts = set()
        for depth in (10, 47, 120):
            advice = self.get("advice", activation="tanh", keep=0.95, depth=depth, fan_in=256)
            model = draw(
                make_mlp(depth, width=256, activation=nn.Tanh(), p=0.05), advice["sigma_w2"], advice["sigma_b2"]
            )
            answer = check(model, DROPLINE)
            self.assertEqual(answer.verdict, advice["verdict"], f"{answer}\n{advice}")
            verdicts.add(answer.verdict)
        self.assertEqual(verdicts, {"trainable", "doubtful", "not_trainable"})

    def test_knows_that_gradients_vanish(self):
        # relu with sigma_w2 1 at keep 0.95: 11.4 layers are measured, while the margin sets no such limit
        model = draw(make_mlp(20, width=100, p=0.05, bias=False), 1.0)
        answer = check(model, DROPLINE)
        self.assertEqual(answer.verdict, "not_trainable")
        self.assertGreater(answer.fitted["limit_high"], 20)
        with self.assertRaisesRegex(AssertionError, "fitted_depth"):
            assert_deep_enough(model, DROPLINE)

    def test_batch_norm_without_skips_is_no_answer_where_gradients_explode(self):
        def make(depth):
            layers = [nn.Linear(32, 512), nn.BatchNorm1d(512), nn.ReLU()]
            for _ in range(depth - 1):
                layers += [nn.Linear(512, 512), nn.BatchNorm1d(512), nn.ReLU()]
            return nn.Sequential(*layers, nn.Linear(512, 8))

        self.assertEqual(check(make(4), DROPLINE).verdict, "trainable")
        deep = check(make(40), DROPLINE)
        self.assertEqual(deep.verdict, "unknown")
        self.assertIn("squared gradients change by a factor of", deep.reason)
        with self.assertRaises(NoAnswer):
            assert_deep_enough(make(40), DROPLINE)

    def test_dropout_before_the_activation_is_not_covered(self):
        model = nn.Sequential(nn.Linear(8, 64), nn.Dropout(0.1), nn.ReLU(), nn.Linear(64, 2))
        answer = check(model, DROPLINE)
        self.assertEqual((answer.verdict, answer.margin), ("unknown", None))
        self.assertIn("not Gaussian", answer.reason)

    def test_an_encoder_with_the_weights_of_bert_is_the_preset(self):
        layers = [nn.TransformerEncoderLayer(768, 12, 3072, 0.1, "gelu", 1e-12, batch_first=True) for _ in range(12)]
        encoder = nn.Sequential(*layers)
        for name, parameter in encoder.named_parameters():
            if parameter.dim() > 1:
                nn.init.normal_(parameter, 0, 0.02)
            elif name.endswith("bias"):
                nn.init.zeros_(parameter)
        for layer in layers:
            layer.dropout.p = 0.0  # (BERT has none on hidden units)
        answer = check(encoder, DROPLINE, tokens=512)
        start = {"q0": 1, "c0": 0, "drop_embedding": 0, "embedding_norm": "none"}
        expected = self.get("blocks", preset="bert_base", **start)
        self.assertAlmostEqual(answer.margin / expected["margin"], 1, delta=0.005)
        self.assertAlmostEqual(answer.alike["depth_low"] / expected["depth_low"], 1, delta=0.005)
        self.assertAlmostEqual(answer.network["gradient_ratio"] / expected["gradient_ratio"], 1, delta=0.005)
        self.assertEqual(answer.verdict, "trainable")

    def test_an_encoder_as_torch_makes_it_is_the_preset(self):
        for norm_first, norm_at in [(False, "post"), (True, "pre")]:
            encoder = make_encoder(6, 512, 2048, 8, norm_first=norm_first)
            model = nn.Sequential(encoder, nn.LayerNorm(512)) if norm_first else encoder
            answer = check(model, DROPLINE, tokens=512)
            expected = self.get("blocks", preset="torch_transformer_encoder_layer", norm_at=norm_at)
            self.assertAlmostEqual(answer.margin / expected["margin"], 1, delta=0.005)
            low = expected["depth_low"]
            self.assertEqual(answer.alike["depth_low"] is None, low is None)
            if low is not None:
                self.assertAlmostEqual(answer.alike["depth_low"] / low, 1, delta=0.02)

    def test_the_margin_is_that_of_real_passes(self):
        torch.manual_seed(3)
        model = draw(make_mlp(4, width=1000, activation=nn.Tanh(), p=0.2, inputs=500, outputs=1000), 1.5, 0.05)
        shared = torch.randn(500)
        inputs = math.sqrt(0.28) * shared + math.sqrt(0.72) * torch.randn(40, 500)
        with torch.no_grad():
            one, other = model(inputs), model(inputs)
        products = (one @ other.T) / one.square().sum(1).mean()
        apart = (products.sum() - products.trace()) / (40 * 39)
        measured = float(products.trace() / 40 - apart)
        self.assertAlmostEqual(check(model, DROPLINE, inputs=inputs).margin, measured, delta=0.02)

    def test_the_margin_of_transformers_is_that_of_real_passes(self):
        for norm_first in (False, True):
            torch.manual_seed(4)
            model = make_encoder(4, 256, 512, 4, p=0.2, norm_first=norm_first)
            inputs = torch.randn(8, 32, 256)
            with torch.no_grad():
                one, other = model(inputs), model(inputs)
            products = one @ other.transpose(1, 2) / one.square().sum(2).mean()
            trace = products.diagonal(dim1=1, dim2=2).sum()
            measured = float(trace / (8 * 32) - (products.sum() - trace) / (8 * 32 * 31))
            self.assertAlmostEqual(check(model, DROPLINE, inputs=inputs).margin, measured, delta=0.02)


if __name__ == "__main__":
    unittest.main()
