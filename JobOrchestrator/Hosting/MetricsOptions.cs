using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace JobOrchestrator.Hosting;

/// <summary>What is measured, and who may see it; configuration section <c>Metrics</c>.</summary>
public sealed class MetricsOptions
{
    /// <summary>
    /// <c>GET /metrics</c> answers without an API key, for a scraper that has none. Default false: where there are keys it wants one that
    /// operates every queue.
    /// </summary>
    public bool Open { get; set; }

    /// <summary>Whether <c>GET /metrics</c> is there at all. Default true.</summary>
    public bool Scrape { get; set; } = true;

    /// <summary>
    /// Also measures by OpenTelemetry's messaging conventions (<c>messaging.client.sent.messages</c> and three more). Default false.
    /// </summary>
    public bool Messaging { get; set; }

    /// <summary>
    /// How many queues, and how many types, are labels by their names; all further ones are <c>other</c> together. Default 100,
    /// which is the most.
    /// </summary>
    [Range(0, 100)]
    public int NamesMax { get; set; } = 100;

    /// <summary>Seconds between two looks at the queues' depths. Default 5.</summary>
    [Range(1, 3_600)]
    public int QueuesEverySeconds { get; set; } = 5;
}

[OptionsValidator]
internal sealed partial class MetricsOptionsValidator : IValidateOptions<MetricsOptions>;
