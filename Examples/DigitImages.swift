import ArgumentParser
import Ibex

/// Pictures of digits and what they show, to train and to test on: (n, height, width) and (n,), both `uint8`.
struct DigitImages {
    enum Source: String, ExpressibleByArgument { case mnist, digits }

    let source: Source
    let train, test: (x: Tensor, y: Tensor)
    /// The value of a white pixel.
    let brightest: Double

    /// MNIST where a folder has it, else the digits that travel with Ibex.
    init() throws {
        do {
            self.init(try MNIST.load(download: false))
        } catch {
            try self.init(.digits)
        }
    }

    init(_ source: Source) throws {
        switch source {
        case .mnist: self.init(try MNIST.load())
        case .digits:
            let (x, y) = try Digits.load()
            let (xTrain, xTest, yTrain, yTest) = try trainTestSplit(x, y, testSize: 0.2, seed: 42)
            self.init(.digits, train: (xTrain, yTrain), test: (xTest, yTest), brightest: 16)
        }
    }

    private init(_ mnist: MNIST.Tensors) {
        self.init(.mnist, train: mnist.train, test: mnist.test, brightest: 255)
    }

    private init(_ source: Source, train: (x: Tensor, y: Tensor), test: (x: Tensor, y: Tensor), brightest: Double) {
        (self.source, self.train, self.test, self.brightest) = (source, train, test, brightest)
    }
}
