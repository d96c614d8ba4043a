// Each test here starts whole suites of processes; two at once would only slow each other down past their deadlines.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
