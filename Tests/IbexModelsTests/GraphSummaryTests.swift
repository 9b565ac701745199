import IbexGraph
import IbexModels
import Testing

/// Tables of models with branches, as Keras 3.15 prints them for the same models.
@Suite struct GraphSummaryTests {
    private final class Sum: Layer {
        override var className: String { "Add" }
        override func call(_ inputs: [Tensor], _ context: CallContext) throws -> [Tensor] { [inputs[0] + inputs[1]] }
    }

    private static func branches() throws -> Model {
        let x = Input(shape: [1], name: "x")
        let left = try Dense(1, useBias: false, name: "left")(x)
        let right = try Dense(1, useBias: false, name: "right")(x)
        return try Model(inputs: x, outputs: Sum(name: "sum")([left, right]), name: "branches")
    }

    @Test func showsConnections() throws {
        let expected = """
            Model: "branches"
            ┏━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━┓
            ┃ Layer (type)             ┃ Output Shape         ┃       Param # ┃ Connected to         ┃ Traina… ┃
            ┡━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━┩
            │ x (InputLayer)           │ (None, 1)            │             0 │ -                    │    -    │
            ├──────────────────────────┼──────────────────────┼───────────────┼──────────────────────┼─────────┤
            │ left (Dense)             │ (None, 1)            │             1 │ x[0][0]              │    Y    │
            ├──────────────────────────┼──────────────────────┼───────────────┼──────────────────────┼─────────┤
            │ right (Dense)            │ (None, 1)            │             1 │ x[0][0]              │    Y    │
            ├──────────────────────────┼──────────────────────┼───────────────┼──────────────────────┼─────────┤
            │ sum (Add)                │ (None, 1)            │             0 │ left[0][0],          │    -    │
            │                          │                      │               │ right[0][0]          │         │
            └──────────────────────────┴──────────────────────┴───────────────┴──────────────────────┴─────────┘
             Total params: 2 (8.00 B)
             Trainable params: 2 (8.00 B)
             Non-trainable params: 0 (0.00 B)

            """
        #expect(try Self.branches().summary(lineLength: 100, showTrainable: true) == expected)
    }

    /// A layer of another model is called a second time here; a frozen one and a nested model with its layers.
    @Test func showsNestedAndSharedLayers() throws {
        let outer = try Self.branches()
        let inner = Sequential([Input(shape: [1]), Dense(2, name: "deep")], name: "inner")
        let a = Input(shape: [1], name: "a")
        let shared = try Dense(1, name: "shared")(a)
        let last = try Activation(.relu, name: "last")(outer.getLayer(named: "right")(shared))
        let model = try Model(inputs: a, outputs: [inner(shared), last], name: "nested")
        let expected = """
            Model: "nested"
            ┏━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━┓
            ┃ Layer (type)          ┃ Output Shape       ┃     Param # ┃ Connected to       ┃ Train… ┃
            ┡━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━┩
            │ a (InputLayer)        │ (None, 1)          │           0 │ -                  │   -    │
            ├───────────────────────┼────────────────────┼─────────────┼────────────────────┼────────┤
            │ shared (Dense)        │ (None, 1)          │           2 │ a[0][0]            │   Y    │
            ├───────────────────────┼────────────────────┼─────────────┼────────────────────┼────────┤
            │ right (Dense)         │ (None, 1)          │           1 │ shared[0][0]       │   Y    │
            ├───────────────────────┼────────────────────┼─────────────┼────────────────────┼────────┤
            │ inner (Sequential)    │ (None, 2)          │           4 │ shared[0][0]       │   Y    │
            ├───────────────────────┼────────────────────┼─────────────┼────────────────────┼────────┤
            │    └ deep (Dense)     │ (None, 2)          │           4 │ -                  │   Y    │
            ├───────────────────────┼────────────────────┼─────────────┼────────────────────┼────────┤
            │ last (Activation)     │ (None, 1)          │           0 │ right[1][0]        │   -    │
            └───────────────────────┴────────────────────┴─────────────┴────────────────────┴────────┘
             Total params: 7 (28.00 B)
             Trainable params: 7 (28.00 B)
             Non-trainable params: 0 (0.00 B)

            """
        #expect(model.summary(lineLength: 90, expandNested: true, showTrainable: true) == expected)
        try model.getLayer(named: "shared").trainable = false
        #expect(model.summary(showTrainable: true).contains("Non-trainable params: 2 "))
    }

    /// One layer after the other needs no fourth column.
    @Test func rowsOfLayersHaveNoConnections() throws {
        let x = Input(shape: [4], name: "in")
        let text = try Model(inputs: x, outputs: Dense(2, name: "out")(x), name: "row").summary(lineLength: 76)
        #expect(!text.contains("Connected to"))
        #expect(text.contains("│ in (InputLayer)                 │ (None, 4)              │             0 │"))
    }
}
