namespace EndToEnd;

/// <summary>Node.js and the packages of the sample worker, where they are there.</summary>
internal static class Node
{
    public static string WorkerFolder { get; } = Path.Combine(Repository.Root, "samples", "node-worker");

    /// <summary>Why the worker cannot be run; null when it can.</summary>
    public static string? Missing { get; } =
        OperatingSystem.IsWindows() ? "needs a POSIX shell and signals"
        : !Directory.Exists(Path.Combine(WorkerFolder, "node_modules", "@dapr", "dapr"))
            ? "Dapr's JavaScript client is not installed: run 'npm ci' in samples/node-worker."
            : !Programs.IsInstalled("node") ? "Node.js is not installed."
            : null;
}

/// <summary>A test that runs the sample worker, and says what is missing where it cannot.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NodeFactAttribute : FactAttribute
{
    public NodeFactAttribute() => Skip = Node.Missing;
}
