using System.Text.Json;

namespace JobOrchestrator.Sdk;

/// <summary>
/// Where the orchestrator is and how patient its callers are. Configuration section <c>Jobs:Client</c>. Times may be as long as they
/// like; <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> is without end.
/// </summary>
public sealed class JobClientOptions
{
    /// <summary>
    /// The configuration section that these settings are read from: <c>Jobs:Client</c>. <c>JobOrchestrator</c> is read too, before it.
    /// </summary>
    public const string Section = "Jobs:Client";

    internal const string EarlierSection = "JobOrchestrator";

    /// <summary>
    /// The orchestrator's own address, <c>http://localhost:5087</c> by default. Not used with <see cref="ThroughSidecar"/>.
    /// </summary>
    public Uri Address { get; set; } = new("http://localhost:5087");

    /// <summary>
    /// Call through the own sidecar's service invocation in place of <see cref="Address"/>; false by default. The sidecar is found as
    /// Dapr's SDK finds it: <c>DAPR_HTTP_ENDPOINT</c>, else <c>DAPR_HTTP_PORT</c> (3500), with <c>DAPR_API_TOKEN</c>.
    /// A queue whose name holds one of / \ # ? % cannot be named this way (<see cref="ArgumentException"/>): a sidecar's invocation
    /// misreads or refuses it.
    /// </summary>
    public bool ThroughSidecar { get; set; }

    /// <summary>The orchestrator's app id for <see cref="ThroughSidecar"/>: <c>job-orchestrator</c> by default.</summary>
    public string AppId { get; set; } = "job-orchestrator";

    /// <summary>The owner of jobs that do not name one; null by default.</summary>
    public string? Owner { get; set; }

    /// <summary>
    /// An API key, or a token of the orchestrator's authority (<c>Api:Jwt</c>), sent as <c>Authorization: Bearer</c>; null by default.
    /// </summary>
    public string? ApiKey { get; set; }

    /// <summary>How long one try may take beyond the waiting that it asked for; 30 s by default.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a call is tried again in all while the orchestrator cannot be reached or answers 408, 425, 429, 502, 503, 504 or 520 to
    /// 530; 30 s by default, zero means one try. Pauses double from <see cref="RetryPause"/> up to 5 s, moved by up to half; a longer
    /// <c>Retry-After</c> goes before.
    /// </summary>
    public TimeSpan RetryFor { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The first pause between two tries; 200 ms by default.</summary>
    public TimeSpan RetryPause { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How long one long poll asks the orchestrator to wait, in whole seconds up to its cap of 60; 30 s by default.</summary>
    public TimeSpan PollWait { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Whether what the app sets for every HTTP client (<c>ConfigureHttpClientDefaults</c>, such as resilience handlers or service
    /// discovery) counts for the SDK's too, and a proxy of the environment for addresses of this machine; false by default. What is set
    /// for the client named <see cref="JobClient.HttpClientName"/> counts at any rate.
    /// </summary>
    public bool UseHttpClientDefaults { get; set; }

    /// <summary>How inputs, results and checkpoints are written and read; web defaults (camelCase) by default.</summary>
    public JsonSerializerOptions Json { get; set; } = JsonSerializerOptions.Web;

#pragma warning disable RS0030 // Where chance comes from when nobody hands it in.
    /// <summary>By what pauses are moved: evenly spread from 0 to 1.</summary>
    internal Func<double> Jitter { get; set; } = Random.Shared.NextDouble;

    /// <summary>Makes the idempotency key of a call that was given none.</summary>
    internal Func<string> NewKey { get; set; } = static () => Guid.CreateVersion7().ToString("N");
#pragma warning restore RS0030
}
