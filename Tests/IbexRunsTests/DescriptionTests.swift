import Foundation
import Ibex
import IbexTestSupport
import Testing

@testable import IbexRuns

@Suite struct DescriptionTests {
    @Test(arguments: ["fit", "fit.callbacks[1].patience", "a[0][12].b", "fit.class_weight.3"])
    func pathsReadAsTheyAreWritten(text: String) {
        #expect(DescriptionPath(text)?.description == text)
    }

    @Test(arguments: ["", "a.", ".a", "a[", "a[x]", "a[1]b", "[0]", "a[-1]"])
    func whatIsNoPathIsNone(text: String) { #expect(DescriptionPath(text) == nil) }

    @Test func spellingFindsTheNearest() {
        #expect(Spelling.nearest(to: "patienc", among: ["monitor", "patience"]) == "patience")
        #expect(Spelling.nearest(to: "epcohs", among: ["epochs", "batch_size"]) == "epochs")
        #expect(Spelling.nearest(to: "momentum", among: ["monitor", "patience"]) == nil)
        #expect(Spelling.distance("kitten", "sitting") == 3 && Spelling.distance("", "ab") == 2)
    }

    /// Numbers as YAML 1.2 has them; a text between quotes stays one.
    @Test func numbersWithExponentsAreNumbers() throws {
        let file = try DescriptionFile(text: "a: 1e-3\nb: '1e-3'\nc: 1.5e3\nd: e3\ne: 1E5", path: "a.yaml")
        #expect(file.root == ["a": 1e-3, "b": "1e-3", "c": 1500.0, "d": "e3", "e": 1e5])
    }

    @Test func theFormatGoesByEndingAndContents() throws {
        let json = "{\"fit\": {\"epochs\": 3}}"
        for path in ["a.json", "a.yaml", "a"] {
            #expect(try DescriptionFile(text: json, path: path).root == ["fit": ["epochs": 3]])
        }
        #expect(try DescriptionFile(text: "fit: {epochs: 3}", path: "a").root == ["fit": ["epochs": 3]])
        #expect(try DescriptionFile(text: json, path: "runs/a.b.json").name == "a.b")
    }

    @Test func overridesSetValues() throws {
        var file = try DescriptionFile(text: Descriptions.iris, path: "iris.yaml")
        try file.set("fit.epochs=9")
        try file.set("fit.callbacks[0].raise_error=true")
        try file.set("compile.loss={class_name: SparseCategoricalCrossentropy, from_logits: false}")
        try file.set("output=somewhere")
        try file.setFolder("elsewhere", option: "--output")
        let description = try TrainingDescription(file)
        #expect(description.fit.epochs == 9 && description.folder == "elsewhere")
        #expect(description.modelFile == "model.keras" && description.seed == 11)
        #expect(description.resolved.object?["fit"]?.object?["epochs"] == 9)
    }

    /// Arguments beside `class_name`, or in `config` as Keras writes them.
    @Test func bothFormsOfAnObjectMeanTheSame() throws {
        let flat: ConfigValue = [
            "class_name": "Sequential",
            "layers": [["class_name": "Dense", "units": 2, "kernel_initializer": ["class_name": "Zeros"]], "Flatten"],
        ]
        let full: ConfigValue = [
            "class_name": "Sequential",
            "config": [
                "layers": [
                    [
                        "class_name": "Dense",
                        "config": ["units": 2, "kernel_initializer": ["class_name": "Zeros", "config": [:]]],
                    ],
                    ["class_name": "Flatten", "config": [:]],
                ]
            ],
        ]
        #expect(KerasObject.full(flat) == full && KerasObject.full(full) == full)
    }

    /// What Keras's to_json gives of a model with branches is a description's model as it stands.
    @Test func takesWhatModelsWriteOfThemselves() throws {
        let input = Input(shape: [4])
        let inner = try Dense(4, activation: .relu)(input)
        let model = try Model(inputs: input, outputs: Dense(3, activation: .softmax)(Add()([input, inner])))
        var file = try DescriptionFile(text: Descriptions.iris, path: "iris.yaml")
        try file.set("model=" + model.toJSON())
        let twin = try TrainingDescription(file).model.model()
        #expect(twin.layers.map(\.name) == model.layers.map(\.name) && twin.layers.count == 4)
    }

    @Test(arguments: ["mnist-cnn.yaml", "digits-cnn.yaml"])
    func theExamplesFit(name: String) throws {
        let description = try TrainingDescription(DescriptionFile(path: "\(Descriptions.examples)/\(name)"))
        #expect(description.folder == "runs/\(description.name)" && !description.fit.callbacks.isEmpty)
    }

    /// The page shows the example as it is, and tells of every key and every class.
    @Test func thePageIsComplete() throws {
        let page = try Descriptions.page()
        let example = try String(contentsOfFile: "\(Descriptions.examples)/mnist-cnn.yaml", encoding: .utf8)
        let withoutComments = example.split(separator: "\n", omittingEmptySubsequences: false)
            .filter { !$0.hasPrefix("#") }.joined(separator: "\n").drop { $0 == "\n" }
        #expect(page.contains("```yaml\n\(withoutComments)```"))
        let keys =
            [TrainingDescription.keys, Preprocessing.layers, NamedDataset.allCases.map(\.rawValue)].flatMap(\.self)
            + CompileDescription.keys.map { "compile." + $0 } + FitDescription.keys.map { "fit." + $0 }
            + CallbackDescription.kinds.flatMap { [$0.key] + $0.value.keys }
            + DataDescription.keys.map { "data." + $0 }
        for key in keys { #expect(page.contains("`\(key)`") || page.contains("`\(key),"), "\(key)") }
    }
}
