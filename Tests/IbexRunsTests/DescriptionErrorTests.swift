import Foundation
import Ibex
import IbexTestSupport
import Testing

@testable import IbexRuns

/// What a description says that does not fit, and what a user reads then.
@Suite struct DescriptionErrorTests {
    @Test(arguments: [
        (
            "fit.epoch=3",
            "--set fit.epoch: found the unknown key \"epoch\"; expected one of epochs, batch_size, validation_split, "
                + "class_weight, sample_weight, shuffle, callbacks, initial_epoch, steps_per_epoch, validation_steps, "
                + "validation_batch_size, validation_freq. Did you mean epochs?"
        ),
        (
            "fit.callbacks[1].patienc=3",
            "--set fit.callbacks[1].patienc: found the unknown key \"patienc\"; expected one of monitor, min_delta, "
                + "patience, verbose, mode, baseline, restore_best_weights, start_from_epoch. Did you mean patience?"
        ),
        (
            "fit.callbacks[1].patience=soon",
            "--set fit.callbacks[1].patience: found \"soon\"; expected a whole number of at least 0."
        ),
        (
            "fit.callbacks[1].class_name=EarlyStoping",
            "--set fit.callbacks[1].class_name: found \"EarlyStoping\"; expected one of BackupAndRestore, CSVLogger, "
                + "EarlyStopping, LearningRateScheduler, ModelCheckpoint, ReduceLROnPlateau, TerminateOnNaN. "
                + "Did you mean EarlyStopping?"
        ),
        ("fit.epochs=null", "--set fit.epochs: found nothing; expected a whole number of at least 1."),
        ("fit.epochs=0", "--set fit.epochs: found 0; expected a whole number of at least 1."),
        ("fit.validation_split=1", "--set fit.validation_split: found 1; expected a number from 0 to below 1."),
        (
            "fit.class_weight={a: 1}",
            "--set fit.class_weight.a: found \"a\"; expected an object of class numbers and their weights, such as "
                + "{0: 1.0, 1: 2.5}."
        ),
        (
            "data.dataset=irs",
            "--set data.dataset: found \"irs\"; expected one of mnist, fashion_mnist, cifar10, boston_housing, iris, "
                + "digits. Did you mean iris?"
        ),
        ("data.test_size=2", "--set data.test_size: found 2; expected a number above 0 and below 1."),
        (
            "data.validation=tset",
            "--set data.validation: found \"tset\"; expected test, or an object with the keys x, y."
        ),
        (
            "data.preprocessing.x=[Rescalng]",
            "--set data.preprocessing.x[0]: found \"Rescalng\"; expected one of CategoryEncoding, Flatten, "
                + "Normalization, Rescaling, Reshape, Resizing. Did you mean Rescaling?"
        ),
        (
            "data.preprocessing.x=[{class_name: Rescaling, scal: 2}]",
            "--set data.preprocessing.x[0]: Rescaling, key scale: found nothing; expected a number."
        ),
        (
            "model.layers[1].unit=3",
            "--set model.layers[1].unit: found the unknown key \"unit\"; expected one of activation, "
                + "bias_constraint, bias_initializer, bias_regularizer, dtype, kernel_constraint, kernel_initializer, "
                + "kernel_regularizer, name, quantization_config, trainable, units, use_bias. Did you mean units?"
        ),
        (
            "model.layers[1].kernel_initializer={class_name: RandomNormal, std: 1}",
            "--set model.layers[1].kernel_initializer.std: found the unknown key \"std\"; expected one of mean, seed, "
                + "stddev."
        ),
        ("model.layers[1].class_name=Dens", "iris.yaml, model.layers[1]: layer layer (Dens): found the unknown class"),
        (
            "model.layer=[]",
            "--set model.layer: found the unknown key \"layer\"; expected one of name, trainable, dtype,"
        ),
        ("model=7", "--set model: found 7; expected the path of a file, or an object with class_name and config, as"),
        ("model=net.txt", "--set model: net.txt: found another ending; expected one of .weights.h5,"),
        (
            "compile.optimizer.learning_rat=0.1",
            "--set compile.optimizer.learning_rat: found the unknown key \"learning_rat\"; expected one of amsgrad,"
        ),
        ("compile.optimizer=adm", "--set compile.optimizer: found \"adm\"; expected one of adadelta, adafactor,"),
        ("compile.metrics=[acuracy]", "--set compile.metrics[0]: found \"acuracy\"; expected accuracy, acc, one of"),
        (
            "compile.loss=null",
            "--set compile.loss: found nothing; expected the name of a loss, such as sparse_categorical_crossentropy."
        ),
        (
            "compile=null",
            "--set compile: found nothing; expected an object with optimizer, loss and metrics. "
                + "Keras's compile takes the same."
        ),
        ("seed=-1", "--set seed: found -1; expected a whole number of at least 0."),
        ("output={folder: a, model: b.txt}", "--set output.model: found \"b.txt\"; expected the name of a file that"),
        ("device=opencl:none-such", "--set device: found the device \"opencl:none-such\"; expected one of cpu ("),
        (
            "epochs=3",
            "--set epochs: found the unknown key \"epochs\"; expected one of name, model, data, compile, fit,"
        ),
    ])
    func saysWhatIsWrongAndWhere(override: String, message: String) throws {
        let error = #expect(throws: IbexError.self) { try Descriptions.iris(override) }
        let text = error?.description ?? ""
        #expect(
            text == message || !message.hasSuffix(".") && !message.hasSuffix("?") && text.hasPrefix(message), "\(text)")
    }

    @Test(arguments: [
        ("fit", "--set: found \"fit\"; expected a path, = and a value, such as fit.epochs=3."),
        ("fit..x=1", "--set: found \"fit..x=1\"; expected a path, = and a value, such as fit.epochs=3."),
        (
            "fit.callbacks[7]=x",
            "--set fit.callbacks[7]: found a path that leads nowhere in iris.yaml; expected keys of objects, and numbers "
                + "of the entries that lists have."
        ),
    ])
    func overridesAreChecked(override: String, message: String) throws {
        let error = #expect(throws: IbexError.self) { try Descriptions.iris(override) }
        #expect(error?.description == message)
    }

    /// A key that is missing, and one that is wrong in the file itself, with the name of the file.
    @Test func errorsNameTheFile() throws {
        let text = Descriptions.iris.replacing("epochs: 4", with: "epoch: 4")
        expectError(.configuration, at: "iris.yaml, fit.epoch", found: "the unknown key \"epoch\"") {
            _ = try TrainingDescription(DescriptionFile(text: text, path: "iris.yaml"))
        }
        expectError(.configuration, at: "empty.yaml, model", found: "nothing", expected: "a model") {
            _ = try TrainingDescription(DescriptionFile(text: "{}", path: "empty.yaml"))
        }
        expectError(.file, at: "empty.yaml", found: "an empty file", expected: "the keys name, model, data") {
            _ = try DescriptionFile(text: "", path: "empty.yaml")
        }
        expectError(.file, at: "broken.json", expected: "\"}\"") {
            _ = try DescriptionFile(text: "{\"fit\": 1", path: "broken.json")
        }
        expectError(.file, at: "/nowhere/a.yaml", found: "No such file") {
            _ = try DescriptionFile(path: "/nowhere/a.yaml")
        }
    }

    /// Misfits that show only once there is a model or data.
    @Test(arguments: [
        (
            ["fit.callbacks[1].monitor=val_acuracy"], "iris.yaml, ",
            "\"val_acuracy\"; expected one of loss, accuracy, val_loss, val_accuracy. Did you mean val_accuracy?"
        ),
        (
            ["fit.validation_split=0"], "iris.yaml, fit.callbacks[1].monitor",
            "There is no validation: set fit.validation_split or data.validation, or watch loss."
        ),
        (["model.layers[2].units=2"], "fit of", "found the label 2 in y"),
        (["model.layers[0].batch_shape=[null, 5]"], "layer input_layer", "expected (batch, 5)."),
    ])
    func whatFitsTheRulesButNotTheDataIsFoundBeforeTraining(
        overrides: [String], place: String, message: String
    ) throws {
        var file = try DescriptionFile(text: Descriptions.iris, path: "iris.yaml")
        for override in overrides { try file.set(override) }
        let job = TrainingJob(try TrainingDescription(file), file: "iris.yaml")
        let error = #expect(throws: IbexError.self) { _ = try job.check() }
        let text = error?.description ?? ""
        #expect(text.contains(message), "\(text)")
    }

    @Test func filesOfDataHaveToBeThere() throws {
        let scratch = try Scratch()
        let path = scratch.file("own.yaml")
        let head = Descriptions.iris.replacing("dataset: iris", with: "x: missing.npy\n  y: y.txt")
        try Data(head.utf8).write(to: URL(filePath: path))
        expectError(
            .file, at: "\(path), data.x", found: "no file \(scratch.file("missing.npy"))",
            expected: "a file that is there",
            remedy: "Paths are relative to the folder"
        ) { _ = try TrainingDescription(DescriptionFile(path: path)) }
        try saveNPY(Tensor([1 as Float]), to: scratch.file("missing.npy"))
        expectError(.configuration, at: "\(path), data.y", found: "y.txt", expected: "ends with .npy, .npz or .csv") {
            _ = try TrainingDescription(DescriptionFile(path: path))
        }
    }
}
