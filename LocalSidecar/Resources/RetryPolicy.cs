namespace LocalSidecar.Resources;

/// <summary>How often and how fast a failed delivery is tried again.</summary>
/// <param name="IsExponential">Waits grow by half each time; otherwise they stay the same.</param>
/// <param name="First">The first wait.</param>
/// <param name="Max">The longest wait of an exponential policy.</param>
/// <param name="MaxRetries">Tries after the first; null for no end.</param>
/// <param name="Statuses">The HTTP statuses that are tried again; null for all failures.</param>
/// <param name="Codes">The gRPC codes that are tried again; null for all failures.</param>
internal sealed record RetryPolicy(
    bool IsExponential,
    TimeSpan First,
    TimeSpan Max,
    int? MaxRetries,
    IReadOnlyList<(int From, int To)>? Statuses = null,
    IReadOnlyList<(int From, int To)>? Codes = null)
{
    /// <summary>What holds without a policy: never give up, soon at first, at most 5 s apart.</summary>
    public static readonly RetryPolicy Default = new(true, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5), null);

    /// <summary>Whether a failure that an app answered over HTTP is worth another try.</summary>
    public bool CoversStatus(int status) =>
        Statuses is null || status is >= 200 and < 300 || Statuses.Any(range => status >= range.From && status <= range.To);

    /// <summary>Whether a failure that an app answered over gRPC is worth another try; with code 0 the answer asks for it.</summary>
    public bool CoversCode(int code) =>
        Codes is null || code == 0 || Codes.Any(range => code >= range.From && code <= range.To);

    /// <summary>The wait before a try.</summary>
    /// <param name="retry">1 for the first repetition.</param>
    /// <param name="chance">
    /// Between 0 and 1: exponential waits are spread by half to either side, so that many who failed together do not come back together.
    /// </param>
    public TimeSpan Wait(int retry, double chance)
    {
        if (!IsExponential)
        {
            return First;
        }

        double wait = Math.Min(First.TotalSeconds * Math.Pow(1.5, Math.Min(retry - 1, 100)), Max.TotalSeconds);
        return TimeSpan.FromSeconds(wait * (0.5 + chance));
    }

    public static RetryPolicy Read(YamlMap policy)
    {
        bool isExponential = (policy.Text("policy") ?? "constant") switch
        {
            "constant" => false,
            "exponential" => true,
            var word => throw policy.Wrong($"'policy' should be constant or exponential, not '{word}'"),
        };
        int retries = policy.Number("maxRetries") ?? -1;
        return new RetryPolicy(
            isExponential,
            isExponential ? TimeSpan.FromMilliseconds(500) : policy.Duration("duration") ?? TimeSpan.FromSeconds(5),
            policy.Duration("maxInterval") ?? TimeSpan.FromSeconds(60),
            retries < 0 ? null : retries,
            ReadRanges(policy, "httpStatusCodes", "429,500-599"),
            ReadRanges(policy, "gRPCStatusCodes", "4,13-14"));
    }

    private static List<(int, int)>? ReadRanges(YamlMap policy, string name, string example)
    {
        if (policy.Map("matching")?.Text(name) is not { Length: > 0 } text)
        {
            return null;
        }

        var ranges = new List<(int, int)>();
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            string[] ends = part.Split('-');
            if (ends.Length > 2 || !int.TryParse(ends[0], out int from) || !int.TryParse(ends[^1], out int to))
            {
                throw policy.Wrong($"'{name}' should be codes and ranges such as {example}, not '{text}'");
            }

            ranges.Add((from, to));
        }

        return ranges;
    }
}
