using System.Globalization;
using Microsoft.Azure.Cosmos;

namespace CosmosSetup;

/// <summary>Says what a throughput means. Prices differ by region and contract and are left to those who set them.</summary>
internal static class Cost
{
    // What Cosmos DB's documentation gives for documents that are not indexed.
    private const int UnitsPerKilobyteWritten = 5;

    private const string Prices = "Prices: https://azure.microsoft.com/pricing/details/cosmos-db/";

    /// <param name="throughput">What the container, or its database, has; null: there is none, as on a serverless account.</param>
    /// <param name="isShared">It is the database's.</param>
    public static Finding Of(ThroughputProperties? throughput, bool isShared)
    {
        string whose = isShared ? "shared with the database's other containers" : "the container's own";
        return new Finding(Weight.Fine, throughput switch
        {
            null => "Throughput: none is set, so each request is billed by the RUs that it takes; "
                + $"to write a document of 1 KB takes about {UnitsPerKilobyteWritten}, to read it by its key 1. {Prices}",
            { AutoscaleMaxThroughput: { } most } => string.Create(
                CultureInfo.InvariantCulture,
                $"Throughput: autoscale up to {most} RU/s, {whose}; each hour is billed by the most it reached, "
                + $"{most / 10} RU/s at least. {Means(most)}"),
            { Throughput: { } always } => string.Create(
                CultureInfo.InvariantCulture, $"Throughput: {always} RU/s, {whose}; billed for every hour, used or not. {Means(always)}"),
            _ => $"Throughput: of a kind that is not known here. {Prices}",
        });
    }

    private static string Means(int units) => string.Create(
        CultureInfo.InvariantCulture,
        $"That is about {units / UnitsPerKilobyteWritten} documents of 1 KB written a second; "
        + $"beyond it Cosmos DB answers 429 and commits wait. {Prices}");
}
