namespace Load;

/// <summary>What each figure is counted in.</summary>
internal static class Units
{
    public static string Of(string name) => name[(name.LastIndexOf('.') + 1)..] switch
    {
        _ when name.StartsWith("cpu.", StringComparison.Ordinal) || name.StartsWith("pauses.", StringComparison.Ordinal) => "µs a job",
        _ when name.StartsWith("allocated.", StringComparison.Ordinal) => "bytes a job",
        "rate" or "rateAtStart" => "jobs/s",
        "requests" when name == "requests" => "requests/s",
        "bare" => "requests/s",
        "p50" or "p99" or "bareP50" or "bareP99" or "sync" or "latest" => "ms",
        "cpu" or "caller" => "µs a call",
        "allocated" => "bytes a call",
        "cpuPercent" => "% of a core",
        "readySeconds" or "sidecarReadySeconds" or "drainSeconds" => "s",
        _ when name.StartsWith("memory.", StringComparison.Ordinal) || name.StartsWith("more.", StringComparison.Ordinal) => "MB",
        _ when name.StartsWith("sidecar.", StringComparison.Ordinal) => "a job",
        _ => "",
    };
}
