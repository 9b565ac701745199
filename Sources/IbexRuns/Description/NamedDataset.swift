import IbexGraph
import IbexModels

/// The data sets that a description names as Keras's `keras.datasets` does, and two that travel with Ibex.
enum NamedDataset: String, CaseIterable, Sendable {
    case mnist
    case fashionMNIST = "fashion_mnist"
    case cifar10
    case bostonHousing = "boston_housing"
    case iris
    case digits

    /// What is trained on, and what is tested on where the set says so.
    func load() throws -> (train: Samples, test: Samples?) {
        func split(_ sets: MNIST.Tensors) -> (train: Samples, test: Samples?) {
            (Samples(x: [sets.train.x], y: [sets.train.y]), Samples(x: [sets.test.x], y: [sets.test.y]))
        }
        switch self {
        case .mnist: return split(try MNIST.load())
        case .fashionMNIST: return split(try FashionMNIST.load())
        case .cifar10: return split(try CIFAR10.load())
        case .bostonHousing: return split(try BostonHousing.load())
        case .iris: return (try Self.whole(Iris.load()), nil)
        case .digits: return (try Self.whole(Digits.load()), nil)
        }
    }

    private static func whole(_ set: (x: Tensor, y: Tensor)) -> Samples { Samples(x: [set.x], y: [set.y]) }

    /// Whether the set comes in two parts.
    var hasTest: Bool { self != .iris && self != .digits }

    /// What the classes are called, from 0 on; none where they are digits, or no classes.
    var classNames: [String] {
        switch self {
        case .fashionMNIST: FashionMNIST.classNames
        case .cifar10: CIFAR10.classNames
        case .iris: ["setosa", "versicolor", "virginica"]
        case .mnist, .bostonHousing, .digits: []
        }
    }
}
