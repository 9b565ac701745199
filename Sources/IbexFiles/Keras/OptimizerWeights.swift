import IbexArrays
import IbexGraph
import IbexModels
import IbexRuntime

/// The state of an optimizer as Keras's files list it.
///
/// | writer | in order |
/// | --- | --- |
/// | Keras 3 | step counter, learning rate (unless a schedule gives it), averages, slots weight by weight |
/// | Keras 2 | the same without the learning rate, which stands in the configuration; SGD with a slot in any case |
/// | Keras 2, `optimizers.legacy` | step counter, then one slot of all weights, then the next: all m, all v |
///
/// A model that was compiled and not trained has no slots in Keras's files.
enum OptimizerWeights {
    /// One array of the state; `.weights.h5` gives no names.
    struct Entry {
        var name = ""
        let array: StoredArray
    }

    /// - Parameters:
    ///   - optimizer: one that is built for the model's weights.
    ///   - style: who wrote the file.
    /// - Throws: `IbexError` of kind `file` where the file holds the state of another optimizer.
    static func plan(
        _ entries: [Entry], for optimizer: Optimizer, style: KerasStyle, at place: String
    ) throws(IbexError) -> WeightPlan {
        var plan = WeightPlan()
        let arrays = entries.map(\.array)
        let kept = optimizer.keptVariables
        let counter = [optimizer.iterations].compactMap(\.self)
        let leading = style == .keras3 ? optimizer.leadingVariables : counter
        if arrays.count == leading.count || style == .keras2 && kept.isEmpty && !arrays.isEmpty {
            try plan.add(Array(arrays.prefix(leading.count)), to: leading, at: place)
        } else if style == .keras3 {
            try plan.add(arrays, to: optimizer.variables, at: place)
        } else if entries.first?.isLegacyCounter == true {
            try plan.add(Array(arrays.prefix(1)), to: counter, at: place)
            let products = entries.filter(\.isLegacyProduct)
            if !products.isEmpty { try plan.add(products.map(\.array), to: optimizer.scalarVariables, at: place) }
            let slots = entries.dropFirst().filter { !$0.isLegacyProduct }
            try plan.add(legacySlots: slots, to: kept, at: place)
        } else {
            try plan.add(arrays, to: counter + kept.map(\.variable), at: place)
        }
        return plan
    }

    /// - Parameter weights: what the optimizer trains.
    static func entries(of optimizer: Optimizer, weights: [Variable], style: KerasStyle) -> [Entry] {
        guard style == .keras2 else {
            return optimizer.variables.map { Entry(name: $0.name, $0) }
        }
        guard let counter = optimizer.iterations else { return [] }
        let kept = optimizer.keptVariables.filter { $0.name != "gradient_accumulator" }
        let className = optimizer.className
        guard !optimizer.isLegacy else {
            let slots = kept.grouped(by: \.name).flatMap(\.elements).map {
                Entry(name: "\(className)/\($0.weight.name)/\(optimizer.legacyName(of: $0)):0", $0.variable)
            }
            let products = optimizer.scalarVariables.map { Entry(name: "\(className)/momentum_cache:0", $0) }
            return [Entry(name: "\(className)/iter:0", counter)] + products + slots
        }
        let names = (kept.isEmpty && optimizer is SGD ? weights : []).map { "SGD/m/\($0.name):0" }
        let zeros = zip(names, weights).map {
            Entry(name: $0, array: StoredArray(.zeros($1.shape, $1.dtype), place: $0))
        }
        let slots = kept.map {
            Entry(name: "\(className)/\(optimizer.keras2Name(of: $0))/\($0.weight.name):0", $0.variable)
        }
        return [Entry(name: "iteration:0", counter)] + slots + zeros
    }
}

extension OptimizerWeights.Entry {
    fileprivate init(name: String, _ variable: Variable) { self.init(name: name, array: StoredArray(variable)) }

    /// `Adam/iter:0`: the optimizers of Keras before 2.11 call it that.
    fileprivate var isLegacyCounter: Bool { name.hasSuffix("/iter:0") }

    /// Nadam's product of momenta, which they save and the later ones do not.
    fileprivate var isLegacyProduct: Bool { name.hasSuffix("/momentum_cache:0") }

    /// The `m:0` of `Adam/dense/kernel/m:0`.
    fileprivate var legacySlot: Substring { name.split(separator: "/").last ?? "" }
}

extension WeightPlan {
    /// The state of an optimizer that is built. One that is another optimizer's is left out, with a warning, as Keras does:
    /// the model predicts all the same.
    mutating func add(
        _ entries: [OptimizerWeights.Entry], to optimizer: Optimizer, style: KerasStyle, at place: String
    ) {
        do {
            append(try OptimizerWeights.plan(entries, for: optimizer, style: style, at: place))
        } catch {
            Configuration.logger.warning("\(error) The optimizer's own state stays.")
        }
    }

    /// Slots one kind after another, each of all weights; the kinds stand in the order of the optimizer's own.
    fileprivate mutating func add(
        legacySlots entries: [OptimizerWeights.Entry], to kept: [KeptVariable], at place: String
    ) throws(IbexError) {
        let found = entries.grouped(by: \.legacySlot)
        let wanted = kept.grouped(by: \.name)
        guard found.count == wanted.count else {
            throw IbexError(
                .file, at: place, found: "the slots " + found.map { String($0.key) }.joined(separator: ", "),
                expected: wanted.map(\.key).joined(separator: ", "))
        }
        for (found, wanted) in zip(found, wanted) {
            try add(found.elements.map(\.array), to: wanted.elements.map(\.variable), at: "\(place), \(found.key)")
        }
    }
}

extension Array {
    /// The elements of each key, keys in the order in which they come.
    fileprivate func grouped<Key: Hashable>(by key: (Element) -> Key) -> [(key: Key, elements: [Element])] {
        var places: [Key: Int] = [:]
        var groups: [(key: Key, elements: [Element])] = []
        for element in self {
            let key = key(element)
            if let place = places[key] {
                groups[place].elements.append(element)
            } else {
                places[key] = groups.count
                groups.append((key, [element]))
            }
        }
        return groups
    }
}

extension Optimizer {
    /// Whether it computes as one of `optimizers.legacy`, and is saved as that.
    fileprivate var isLegacy: Bool {
        let config = config
        return config["epsilon_outside_root"] == true || config["schedule_decay"]?.isNull == false
    }

    /// What Keras 2 calls a slot.
    fileprivate func keras2Name(of slot: KeptVariable) -> String {
        guard !(self is RMSprop) else { return slot.name }
        return ["momentum": "m", "velocity": "v", "velocity_hat": "vhat", "norm": "u"][slot.name] ?? slot.name
    }

    /// What `optimizers.legacy` calls it.
    fileprivate func legacyName(of slot: KeptVariable) -> String {
        guard self is RMSprop else { return keras2Name(of: slot) }
        return ["velocity": "rms", "average_gradient": "mg"][slot.name] ?? slot.name
    }
}
