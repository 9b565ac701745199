"""Runs Keras's own callbacks on made-up logs and writes what they did to data/callbacks/callbacks.json.

    KERAS_BACKEND=jax python generate_callbacks.py --out data/callbacks

The model is one weight, which holds the number of the epoch, so that restored weights say which epoch they are from.
Numbers that JSON does not know are the texts nan, inf and -inf.
"""
import argparse
import contextlib
import io
import json
import math
import os
import tempfile
import warnings

os.environ.setdefault("KERAS_BACKEND", "jax")
import keras
import numpy as np
from keras.src.callbacks import CallbackList

NAN, INF = float("nan"), float("inf")
SCHEDULES = {
    "halve": lambda epoch, rate: rate * 0.5,
    "late": lambda epoch, rate: rate if epoch < 2 else rate * math.exp(-0.1),
    "epoch": lambda epoch: 0.1 / (epoch + 1),
}


def single(value):
    return float(np.float32(value))


def coded(value):
    if isinstance(value, dict):
        return {key: coded(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [coded(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"
    return value


def model_with(rate):
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
    model.compile(keras.optimizers.SGD(rate), "mse", metrics=["accuracy", "mae"])
    model.fit(np.zeros((1, 1)), np.zeros((1, 1)), verbose=0)
    model.saved = []
    model.save = lambda path, overwrite: model.saved.append(path)
    model.save_weights = lambda path, overwrite: model.saved.append(path)
    return model


def losses(*values, name="val_loss"):
    return [{name: value} for value in values]


def run(callback, arguments, epochs, batches=None, rate=0.1, fits=1, before=None):
    """What a callback does over epochs of logs; `batches` are the logs of each epoch's batches."""
    model = model_with(rate)
    given = dict(arguments)
    if callback == "LearningRateScheduler":
        given["schedule"] = SCHEDULES[given["schedule"]]
    case = dict(callback=callback, arguments=arguments, epochs=epochs, batches=batches, rate=rate, fits=fits, before=before)
    told = dict(rates=[], logs=[], weights=[], stopped=[], raised=None)
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        if before is not None:
            with open(arguments["filename"], "w", newline="") as file:
                file.write(before)
        printed, caught = io.StringIO(), []
        with contextlib.redirect_stdout(printed), warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                made = getattr(keras.callbacks, callback)(**given)
                for _ in range(fits):
                    fit(CallbackList([made], model=model, verbose=0, epochs=len(epochs), steps=1), model, epochs, batches, told)
            except Exception as error:
                told["raised"] = type(error).__name__
        told["printed"] = printed.getvalue()
        told["warnings"] = [str(item.message) for item in caught if item.category is UserWarning]
        if callback == "CSVLogger":
            with open(arguments["filename"], newline="") as file:
                told["file"] = file.read()
    told["saved"] = model.saved
    return dict(case, expected=told)


def fit(callbacks, model, epochs, batches, told):
    model.stop_training = False
    callbacks.on_train_begin()
    logs = {}
    for epoch, given in enumerate(epochs):
        callbacks.on_epoch_begin(epoch)
        told["rates"].append(single(model.optimizer.learning_rate))
        for batch, values in enumerate(batches[epoch] if batches else []):
            callbacks.on_train_batch_begin(batch)
            callbacks.on_train_batch_end(batch, dict(values))
            if model.stop_training:
                break
        model.set_weights([np.full((1, 1), epoch, "float32")])
        logs = {key: single(value) for key, value in sorted(given.items())}
        seen = dict(logs)
        # As CallbackList.on_epoch_end, whose copy of the logs nobody else sees.
        for callback in callbacks.callbacks:
            callback.on_epoch_end(epoch, seen)
        told["logs"].append([[key, value] for key, value in seen.items()])
        if model.stop_training:
            break
    told["stopped"].append(epoch if model.stop_training else None)
    callbacks.on_train_end(logs)
    told["weights"].append(float(model.get_weights()[0][0, 0]))


def cases():
    falling = losses(1.0, 0.8, 0.7, 0.75, 0.71, 0.72, 0.6)
    tied = losses(1.0, 1.0, 0.5, 0.5, 0.5)
    broken = losses(1.0, NAN, 0.5, 0.4, 0.45)
    rising = losses(0.5, 0.7, 0.6, 0.65, 0.8, name="val_accuracy")
    stop = "EarlyStopping"
    for patience in (0, 1, 2, 3):
        for restore in (False, True):
            yield run(stop, dict(patience=patience, restore_best_weights=restore, verbose=1), falling)
    yield run(stop, dict(patience=0, verbose=1), losses(1.0, 2.0))
    yield run(stop, dict(patience=1, restore_best_weights=True, verbose=1), losses(1.0, 0.9, 0.8))
    yield run(stop, dict(patience=2), tied)
    yield run(stop, dict(patience=1, restore_best_weights=True), broken)
    yield run(stop, dict(patience=3, restore_best_weights=True, verbose=1), losses(NAN, 0.5, 0.4, 0.3, 0.2))
    yield run(stop, dict(patience=2), losses(INF, 1.0, -INF, 0.5, 0.1))
    for delta in (0.05, -0.05, 0.1, 0.3):
        yield run(stop, dict(patience=2, min_delta=delta, verbose=1), falling)
    yield run(stop, dict(monitor="val_accuracy", patience=1, min_delta=0.1), losses(0.5, 0.6, 0.7, 0.8, name="val_accuracy"))
    for mode in ("auto", "max", "min"):
        yield run(stop, dict(monitor="val_accuracy", patience=2, mode=mode, restore_best_weights=True), rising)
    yield run(stop, dict(monitor="mae", patience=1), losses(1.0, 0.5, 0.6, 0.4, name="mae"))
    for baseline in (0.9, 0.65, 0.1):
        for restore in (False, True):
            yield run(stop, dict(patience=3, baseline=baseline, restore_best_weights=restore, verbose=1), falling)
    yield run(stop, dict(monitor="val_accuracy", patience=2, baseline=0.65, restore_best_weights=True), rising)
    for start in (1, 3, 10):
        yield run(stop, dict(patience=1, start_from_epoch=start, restore_best_weights=True, verbose=1), falling)
    yield run(stop, dict(patience=1, verbose=1), [{"loss": 1.0, "accuracy": 0.5}] * 3)
    yield run(stop, dict(monitor="unheard", mode="min"), [{"loss": 1.0, "accuracy": 0.5}] * 3)
    yield run(stop, dict(patience=1), [{"val_loss": 1.0}, {"loss": 1.0}, {"val_loss": 1.5}, {"val_loss": 1.6}])
    yield run(stop, dict(monitor="unheard"), [{"loss": 1.0}])
    yield run(stop, dict(patience=1, verbose=1, restore_best_weights=True), losses(0.5, 0.6, 0.4, 0.7), fits=2)

    save = "ModelCheckpoint"
    both = [{"loss": 1.0 / (epoch + 1), "val_loss": value["val_loss"]} for epoch, value in enumerate(falling)]
    yield run(save, dict(filepath="model-{epoch:02d}-{val_loss:.3f}.h5", verbose=1), both)
    yield run(save, dict(filepath="out/{epoch}/{loss:.2e}-{val_loss}.keras", verbose=0), both)
    yield run(save, dict(filepath="w{epoch:03d}.weights.h5", save_weights_only=True, verbose=1), both)
    yield run(save, dict(filepath="best-{epoch:02d}.keras", save_best_only=True, verbose=1), both)
    yield run(save, dict(filepath="best-{epoch:02d}.keras", save_best_only=True, verbose=1), tied)
    yield run(save, dict(filepath="best-{epoch:02d}.keras", save_best_only=True, verbose=1), broken)
    yield run(save, dict(filepath="best-{epoch:02d}.keras", save_best_only=True, verbose=1), losses(NAN, 0.5, 0.4))
    yield run(save, dict(filepath="best.keras", save_best_only=True, verbose=1, initial_value_threshold=0.75), both)
    for mode in ("auto", "max", "min"):
        yield run(save, dict(filepath="{val_accuracy:.2%}.h5", monitor="val_accuracy", save_best_only=True, mode=mode, verbose=1), rising)
    yield run(save, dict(filepath="m{epoch}.keras", save_best_only=True, verbose=1), [{"loss": 1.0}, {"val_loss": 2.0}, {"val_loss": 3.0}])
    yield run(save, dict(filepath="m{epoch}.keras", save_best_only=True, verbose=1), both[:3], fits=2)
    yield run(save, dict(filepath="m{epoch}-{unheard}.keras"), both)
    yield run(save, dict(filepath="model.txt"), both)
    yield run(save, dict(filepath="model.h5", save_weights_only=True), both)
    yield run(save, dict(filepath="model.keras", monitor="unheard", save_best_only=True), both)
    steps = [[{"loss": 1.0 - 0.1 * step} for step in range(3)]] * 4
    for frequency in (1, 2, 4, 7):
        yield run(save, dict(filepath="{epoch:02d}-{batch:04d}-{loss:.1f}.keras", save_freq=frequency, verbose=1), both[:4], steps)

    reduce = "ReduceLROnPlateau"
    flat = losses(1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0)
    for patience in (0, 1, 2, 3):
        yield run(reduce, dict(patience=patience, verbose=1), flat)
    for cooldown in (1, 2, 3):
        yield run(reduce, dict(patience=1, cooldown=cooldown, factor=0.5, verbose=1), flat)
    yield run(reduce, dict(patience=1, min_lr=0.03, factor=0.5, verbose=1), flat)
    yield run(reduce, dict(patience=1, min_lr=0.2, factor=0.5, verbose=1), flat)
    yield run(reduce, dict(patience=1, min_delta=0.06, factor=0.2, verbose=1), falling)
    yield run(reduce, dict(patience=1, min_delta=0.0, verbose=1), falling, rate=0.001)
    yield run(reduce, dict(monitor="val_accuracy", patience=1, factor=0.3, verbose=1), rising)
    yield run(reduce, dict(monitor="val_accuracy", patience=1, factor=0.3, mode="min", verbose=1), rising)
    yield run(reduce, dict(patience=1, verbose=1), broken)
    yield run(reduce, dict(patience=1, verbose=1), losses(NAN, 1.0, 0.5, 0.4))
    yield run(reduce, dict(patience=1, verbose=1), [{"loss": 1.0, "accuracy": 0.5}] * 3)
    yield run(reduce, dict(factor=1.0), flat)
    yield run(reduce, dict(monitor="unheard"), flat)
    yield run(reduce, dict(patience=2, factor=0.5, verbose=1), flat[:4], fits=2)

    for schedule in SCHEDULES:
        yield run("LearningRateScheduler", dict(schedule=schedule, verbose=1), falling[:5], rate=0.01)

    table = "CSVLogger"
    whole = [dict(loss=0.1 * epoch + 1e-5, accuracy=0.5, val_loss=1e-9 * (epoch + 1)) for epoch in range(3)]
    yield run(table, dict(filename="log.csv"), whole)
    yield run(table, dict(filename="log.csv", separator=";"), [{"loss": 1.5, "a;b": 2.0}, {"loss": 0.25, "a;b": 1e20}])
    yield run(table, dict(filename="log.csv", separator="\t"), [{"loss": NAN, "accuracy": INF}, {"loss": -INF, "accuracy": -0.0}])
    yield run(table, dict(filename="log.csv"), [{"loss": 1.0, "say \"when\"": 2.0, "x, y": 3.0}])
    yield run(table, dict(filename="log.csv"), [{"loss": 1.0}, {"accuracy": 1.0}, {"loss": 1e16, "val_loss": 0.5}])
    yield run(table, dict(filename="log.csv"), [{"loss": 123456789.0}, {"loss": 1e-4}, {"loss": 1.1754943508222875e-38}])
    yield run(table, dict(filename="log.csv"), whole, before="old\r\n")
    yield run(table, dict(filename="log.csv", append=True), whole, before="epoch,loss\r\n0,1.0\r\n")
    yield run(table, dict(filename="log.csv", append=True), whole, before="")
    yield run(table, dict(filename="log.csv", append=True), whole)
    yield run(table, dict(filename="log.csv", append=True), whole[:1], fits=2)

    nan = "TerminateOnNaN"
    for bad in (NAN, INF, -INF, 0.5):
        yield run(nan, {}, falling[:3], [[{"loss": 1.0}, {"loss": bad}, {"loss": bad}]] * 3)
    yield run(nan, {}, falling[:2], [[{"accuracy": NAN}]] * 2)
    yield run(nan, dict(raise_error=True), falling[:3], [[{"loss": 1.0}, {"loss": NAN}]] * 3)


def swaps():
    """What weight and average come to where SwapEMAWeights is told: w <- w - rate * w, in float32."""
    one = np.ones((4, 1), "float32")

    def trained(arguments, epochs, validates, stop=None):
        model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
        optimizer = keras.optimizers.SGD(0.25, use_ema=True, ema_momentum=0.75)
        model.compile(optimizer, "mse")
        model.set_weights([np.full((1, 1), 2.0, "float32")])
        seen = []

        def note(hook):
            average = optimizer._model_variables_moving_average
            seen.append([hook, float(model.get_weights()[0][0, 0]), float(keras.ops.convert_to_numpy(average[0])[0, 0]) if average else None])

        class Listener(keras.callbacks.Callback):
            def on_epoch_begin(self, epoch, logs=None): note("epoch_begin")
            def on_epoch_end(self, epoch, logs=None):
                note("epoch_end")
                self.model.stop_training = stop == epoch
            def on_test_begin(self, logs=None): note("test_begin")
            def on_test_end(self, logs=None): note("test_end")
            def on_train_end(self, logs=None): note("train_end")

        told = [keras.callbacks.SwapEMAWeights(**arguments), Listener()]
        model.fit(one, 0 * one, batch_size=2, epochs=epochs, verbose=0, callbacks=told,
                  validation_data=(one, 0 * one) if validates else None)
        note("end")
        return dict(arguments=arguments, epochs=epochs, validates=validates, stop=stop, seen=seen)

    for swap in (False, True):
        for validates in (False, True):
            yield trained(dict(swap_on_epoch=swap), 3, validates)
        yield trained(dict(swap_on_epoch=swap), 3, True, stop=1)


def posts():
    """What RemoteMonitor, by the package requests, sends to a server."""
    import http.server
    import threading
    import urllib.parse

    heard = []

    class Server(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            kind = self.headers["Content-Type"]
            if kind == "application/x-www-form-urlencoded":
                body = urllib.parse.parse_qsl(body)
            heard.append(dict(path=self.path, type=kind, mark=self.headers["X-Mark"], body=body))
            self.send_response(404)
            self.end_headers()

        def log_message(self, *arguments):
            pass

    server = http.server.HTTPServer(("localhost", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    logs = [dict(loss=0.5, val_loss=1e-05), dict(accuracy=1.0)]
    for arguments in (dict(), dict(send_as_json=True), dict(path="/here", field="values", headers={"X-Mark": "yes"}),
                      dict(path="/here?a=b", send_as_json=True, headers={"X-Mark": "a, b"})):
        for given in logs + [{"loss": NAN, "a & b=c \"d\"": 2.0}]:
            heard.clear()
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                keras.callbacks.RemoteMonitor(root=f"http://localhost:{server.server_port}", **arguments).on_epoch_end(3, dict(given))
            yield dict(arguments=arguments, epoch=3, logs=given, heard=list(heard), warned=len(caught))
    server.shutdown()


class Recorder(keras.callbacks.Callback):
    """Notes every hook with its number and the names in its logs."""

    def __init__(self):
        super().__init__()
        self.calls = []


def recording(name):
    def hook(self, *arguments, logs=None):
        number = [argument for argument in arguments if isinstance(argument, int)]
        given = [argument for argument in arguments if isinstance(argument, dict)] + ([logs] if logs is not None else [])
        self.calls.append([name, number[0] if number else None, list((given or [{}])[0])])
    return hook


HOOKS = ["train_begin", "train_end", "epoch_begin", "epoch_end", "train_batch_begin", "train_batch_end", "test_begin",
         "test_end", "test_batch_begin", "test_batch_end", "predict_begin", "predict_end", "predict_batch_begin",
         "predict_batch_end"]
for hook in HOOKS:
    setattr(Recorder, "on_" + hook, recording(hook))


def orders():
    x, y = np.arange(5.0).reshape(5, 1), np.zeros((5, 1))

    def record(name, body):
        recorder = Recorder()
        body(model_with(0.001), recorder)
        return dict(name=name, calls=recorder.calls)

    yield record("fit", lambda model, recorder: model.fit(
        x, y, batch_size=2, epochs=2, verbose=0, validation_data=(x[:3], y[:3]), callbacks=[recorder]))
    yield record("evaluate", lambda model, recorder: model.evaluate(x, y, batch_size=2, verbose=0, callbacks=[recorder]))
    yield record("predict", lambda model, recorder: model.predict(x, batch_size=2, verbose=0, callbacks=[recorder]))
    yield record("no epochs", lambda model, recorder: model.fit(x, y, epochs=0, verbose=0, callbacks=[recorder]))

    class StopAt(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            if batch == 1:
                self.model.stop_training = True

    yield record("stopped", lambda model, recorder: model.fit(
        x, y, batch_size=2, epochs=2, verbose=0, validation_data=(x[:3], y[:3]), callbacks=[StopAt(), recorder]))
    changing = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate)
    yield record("changed before", lambda model, recorder: model.fit(
        x, y, batch_size=5, verbose=0, callbacks=[changing, recorder]))
    yield record("changed after", lambda model, recorder: model.fit(
        x, y, batch_size=5, verbose=0, callbacks=[recorder, changing]))


def formats():
    fields = dict(epoch=7, batch=1234, loss=0.12345678, big=123456.789, whole=5.0, small=1.5e-7, below=-2.5, none=NAN, all=INF)
    templates = [
        "{epoch}", "{epoch:d}", "{epoch:02d}", "{epoch:3d}", "{epoch:<4d}|", "{epoch:^5}|", "{epoch:*>6}", "{epoch:+d}",
        "{epoch:.2f}", "{epoch:05.1f}", "{epoch:e}", "{batch:02d}", "{batch:06d}", "{{{epoch}}}", "a}}b{{", "{loss}",
        "{loss:.3f}", "{loss:f}", "{loss:8.3f}|", "{loss:<8.3f}|", "{loss:08.3f}", "{loss:.2e}", "{loss:E}", "{loss:g}",
        "{loss:.3g}", "{loss:.4}", "{loss:.1%}", "{loss:%}", "{loss: .2f}", "{big}", "{big:.4}", "{big:.2f}", "{big:g}",
        "{whole}", "{whole:.3}", "{whole:.0f}", "{whole:.1}", "{whole:g}", "{small}", "{small:.3f}", "{small:.3}",
        "{below:.2f}", "{below:07.2f}", "{below:+}", "{below}", "{none:.2f}", "{none}", "{all:.1f}", "{all:6}|",
        "{none:06.1f}", "{epoch:02d}-{loss:.3f}-{batch}", "{unheard}", "{loss:d}", "{epoch:.2d}", "{epoch", "epoch}",
        "{loss:.f}", "{loss:x}", "{loss:2!}", "{epoch:q}", "{}",
    ]
    for template in templates:
        try:
            text = template.format(**fields)
        except (KeyError, ValueError, IndexError):
            text = None
        yield [template, text]


def numbers():
    some = [0.0, -0.0, 1.0, 0.1, 1e-4, 1.5e-4, 1e-5, 1.25e-5, 123456789.125, 1e15, 1e16, 9007199254740993.0, 12345678901234567.0,
            1e17, 1e22, 1.5e300, 5e-324, 1.7976931348623157e308, NAN, INF, -INF, -2.5, 1 / 3, single(0.1), single(1 / 3),
            9999999999999998.0, 0.30211663246154785, 100.0, 4503599627370496.5]
    return [[coded(value), repr(value)] for value in some]


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", default="data/callbacks")
    folder = parser.parse_args().out
    os.makedirs(folder, exist_ok=True)
    made = list(cases())
    for number, case in enumerate(made):
        case["id"] = f"{case['callback']}/{number}"
    content = dict(
        made_by="generate_callbacks.py", keras=keras.__version__, backend=keras.backend.backend(), cases=made,
        orders=list(orders()), formats=dict(
            fields=dict(epoch=7, batch=1234, loss=0.12345678, big=123456.789, whole=5.0, small=1.5e-7, below=-2.5, none=NAN, all=INF),
            templates=list(formats())), numbers=numbers(), swaps=list(swaps()), posts=list(posts()))
    with open(os.path.join(folder, "callbacks.json"), "w") as file:
        lines = {key: value for key, value in content.items() if key not in ("cases", "orders", "swaps", "posts")}
        text = json.dumps(coded(lines), indent=None)
        rows = ",\n".join(json.dumps(coded(case)) for case in content["cases"])
        order = ",\n".join(json.dumps(case) for case in content["orders"])
        more = "".join(f',\n"{key}": [\n' + ",\n".join(json.dumps(coded(case)) for case in content[key]) + "\n]" for key in ("swaps", "posts"))
        file.write(text[:-1] + ',\n"cases": [\n' + rows + '\n],\n"orders": [\n' + order + "\n]" + more + "}\n")
    print(len(made), "cases")
