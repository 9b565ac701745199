import Glibc

/// A queue between one thread that puts and one that takes; who is ahead waits.
///
/// `@unchecked Sendable`: `items` and `isClosed` are touched under `mutex` only.
final class BoundedQueue<Element: Sendable>: @unchecked Sendable {
    private let limit: Int
    private var items: [Element] = []
    private var isClosed = false
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    init(limit: Int) {
        self.limit = limit
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(changed, nil)
    }

    deinit {
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(mutex)
        changed.deallocate()
        mutex.deallocate()
    }

    private func locked<R>(_ body: () -> R) -> R {
        pthread_mutex_lock(mutex)
        defer {
            pthread_cond_broadcast(changed)
            pthread_mutex_unlock(mutex)
        }
        return body()
    }

    /// Waits for room; says whether the other side still takes.
    func put(_ item: Element) -> Bool {
        locked {
            while items.count >= limit, !isClosed { pthread_cond_wait(changed, mutex) }
            guard !isClosed else { return false }
            items.append(item)
            return true
        }
    }

    /// Waits for an item; `nil` once the queue is closed and empty.
    func take() -> Element? {
        locked {
            while items.isEmpty, !isClosed { pthread_cond_wait(changed, mutex) }
            return items.isEmpty ? nil : items.removeFirst()
        }
    }

    func close() { locked { isClosed = true } }
}
