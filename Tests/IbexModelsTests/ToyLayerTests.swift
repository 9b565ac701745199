import IbexGraph
import IbexModels
import IbexRuntime
import IbexTestSupport
import Testing

/// A layer of one's own costs its file: this one is all there is of it, and everything that layers can do works.
private final class Scale: Layer, ConfiguredLayer {
    let start: Double
    private var factor: Variable?

    init(start: Double = 1, name: String? = nil) {
        self.start = start
        super.init(name: name)
    }

    convenience init(config: Config) throws {
        self.init(start: config["start"]?.double ?? 1, name: config["name"]?.string)
    }

    override func build(_ inputs: [Shape]) throws {
        factor = addWeight(name: "factor", shape: [inputs[0][-1]], initializer: .constant(start))
    }

    override func call(_ input: Tensor, _ context: CallContext) throws -> Tensor {
        guard let factor else { return input }
        return input * factor.value
    }

    override var config: Config { super.config.merging(["start": .double(start)]) { $1 } }
}

@Suite struct ToyLayerTests {
    @Test(arguments: ["cpu", "opencl"]) func worksEverywhere(device: String) throws {
        try withDevice(device) {
            let x = Input(shape: [2])
            let model = try Model(inputs: x, outputs: Scale(start: 3, name: "scale")(x))
            #expect(model.countParams() == 2 && model.weights.map(\.name) == ["scale/factor"])
            #expect(model.outputs[0].shape == [nil, 2])
            let data = Tensor([[1, 2]] as [[Float]])
            #expect(try model.predict(data, verbose: 0).scalars(as: Float.self) == [3, 6])
            // d/dw Σ |w x - 0| / 2 = x / 2
            model.compile(optimizer: .sgd(learningRate: 1), loss: .meanAbsoluteError)
            try model.fit(data, data * 0, verbose: 0)
            #expect(try model.weights[0].value.scalars(as: Float.self) == [2.5, 2])
        }
    }

    @Test func isMadeAgainFromItsConfiguration() throws {
        let model = Sequential([Input(shape: [2]), Scale(start: 3), Dense(1)])
        let twin = try withCustomObjects(layers: ["Scale": { try Scale(config: $0) }]) { try cloneModel(model) }
        #expect(twin.config == model.config)
        #expect(try twin.layers[0].getWeights()[0].scalars(as: Float.self) == [3, 3])
        #expect(model.summary(lineLength: 76).contains("(Scale)"))
        expectError(.name, found: "\"Scale\"", remedy: "withCustomObjects") { _ = try cloneModel(model) }
    }
}
