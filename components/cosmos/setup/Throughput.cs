using System.Globalization;
using Microsoft.Azure.Cosmos;

namespace CosmosSetup;

/// <summary>What a new container may use, in request units a second (RU/s).</summary>
internal abstract record Throughput
{
    // What Cosmos DB allows; the least of it is what a container costs at all.
    private const int ManualMin = 400;
    private const int ManualStep = 100;
    private const int AutoscaleStep = 1_000;

    private Throughput()
    {
    }

    /// <summary>Always so much, and billed so.</summary>
    public sealed record Manual(int RequestUnits) : Throughput;

    /// <summary>Between a tenth of the most and the most, as it is used.</summary>
    public sealed record Autoscale(int RequestUnitsMax) : Throughput;

    /// <summary>None is named: the account is a serverless one, where each request is billed.</summary>
    public sealed record Serverless : Throughput;

    /// <summary>The least that a container outside a serverless account can have.</summary>
    public static Throughput Default { get; } = new Manual(ManualMin);

    /// <summary>How it is told to the service; null: not at all.</summary>
    public ThroughputProperties? Properties => this switch
    {
        Manual manual => ThroughputProperties.CreateManualThroughput(manual.RequestUnits),
        Autoscale autoscale => ThroughputProperties.CreateAutoscaleThroughput(autoscale.RequestUnitsMax),
        _ => null,
    };

    /// <param name="name">What the value was given by, for the message.</param>
    /// <param name="value"><c>400</c>, <c>autoscale:1000</c> or <c>serverless</c>.</param>
    /// <exception cref="UsageException">It is none of them, or no amount that Cosmos DB allows.</exception>
    public static Throughput Parse(string name, string value)
    {
        string[] parts = value.Split(':');
        return parts switch
        {
            ["serverless"] => new Serverless(),
            [string text] when Amount(text) is { } amount => amount >= ManualMin && amount % ManualStep == 0
                ? new Manual(amount)
                : throw new UsageException($"{name} is {value}: RU/s come in hundreds, from {ManualMin} on."),
            ["autoscale", string text] when Amount(text) is { } amount => amount >= AutoscaleStep && amount % AutoscaleStep == 0
                ? new Autoscale(amount)
                : throw new UsageException(
                    $"{name} is {value}: the most that autoscale may reach comes in thousands, from {AutoscaleStep} on."),
            _ => throw new UsageException($"{name} is \"{value}\", not RU/s such as 400, nor autoscale:1000, nor serverless."),
        };
    }

    public sealed override string ToString() => this switch
    {
        Manual manual => string.Create(CultureInfo.InvariantCulture, $"{manual.RequestUnits} RU/s"),
        Autoscale autoscale => string.Create(CultureInfo.InvariantCulture, $"autoscale up to {autoscale.RequestUnitsMax} RU/s"),
        _ => "no RU/s of its own (serverless)",
    };

    private static int? Amount(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int amount) ? amount : null;
}
