import Glibc
import IbexGraph
import IbexRuntime

/// A batch whose rows lie on the device.
struct StagedBatch: Sendable {
    let batch: Batch
    let recipes: [RowRecipe]
    let types: [TensorType]
    let storages: [any Storage]

    init(_ batch: Batch, on device: Device) throws {
        self.batch = batch
        // Targets are computed: the check of their numbers does so too, sooner or later than this thread.
        let given = batch.targets + batch.sampleWeights
        let made = batch.inputs.map { Self.recipe(of: $0) } + given.map { (recipe: RowRecipe(), sources: [$0]) }
        let sources = made.flatMap(\.sources)
        recipes = made.map(\.recipe)
        types = sources.map(\.type)
        storages = try sources.map { tensor in
            let isElsewhere = tensor.device.map { $0 != device } ?? false
            return try (isElsewhere ? tensor.to(device) : tensor).storage(on: device)
        }
    }

    /// The recipe of an input's rows, where it has as many as its sources: the first rows of a larger tensor are computed.
    private static func recipe(of input: Tensor) -> (recipe: RowRecipe, sources: [Tensor]) {
        let made = RowRecipe.of(input)
        return made.sources.allSatisfy { $0.shape[0] == input.shape[0] } ? made : (RowRecipe(), [input])
    }
}

/// What comes from a source of batches.
enum StagedItem: Sendable {
    case batch(StagedBatch)
    /// The sequence has ended; what follows is its next round.
    case end
    case failure(any Error)
}

/// Takes batches from a sequence on a thread of its own and puts them on the device, two ahead of the steps that use them.
final class BatchStager {
    private let queue = BoundedQueue<StagedItem>(limit: 2)

    /// - Parameter batches: nobody else uses them any more: the thread iterates them, round after round.
    /// - Parameter prepare: what is done to each batch first, on that thread.
    /// - Throws: `IbexError` where the machine refuses a thread.
    init<Batches: Sequence>(
        _ batches: sending Batches, device: Device, prepare: @escaping @Sendable (Batch) throws -> Batch = { $0 }
    ) throws where Batches.Element == Batch {
        let work = Work { [queue] in
            withDevice(device) { Self.serve(batches, to: queue, device, prepare) }
        }
        var thread = pthread_t()
        let start = Unmanaged.passRetained(work)
        let failed = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body()
                return nil
            }, start.toOpaque())
        guard failed == 0 else {
            start.release()
            throw IbexError(
                .memory, at: "fit", found: "no thread to stage batches on (error \(failed))",
                expected: "one more thread",
                remedy: "Raise the limit of threads (ulimit -u).")
        }
        pthread_detach(thread)
    }

    deinit { queue.close() }

    /// What comes next; waits for it.
    func next() -> StagedItem? { queue.take() }

    private final class Work {
        let body: () -> Void
        init(_ body: @escaping () -> Void) { self.body = body }
    }

    private static func serve<Batches: Sequence>(
        _ batches: Batches, to queue: BoundedQueue<StagedItem>, _ device: Device,
        _ prepare: (Batch) throws -> Batch
    ) where Batches.Element == Batch {
        var isEmpty = false
        while !isEmpty {
            isEmpty = true
            for batch in batches {
                isEmpty = false
                let item: StagedItem
                do { item = .batch(try StagedBatch(try prepare(batch), on: device)) } catch { item = .failure(error) }
                guard queue.put(item) else { return }
            }
            guard queue.put(.end) else { return }
        }
        queue.close()
    }
}
