// A drill keeps both cores of a small machine busy: never more than two of them at once.
[assembly: CollectionBehavior(MaxParallelThreads = 2)]
