using System.Globalization;

namespace JobOrchestrator.Simulation.Models;

/// <summary>Whether a write passes, by what there is under its key.</summary>
internal static class ETagRules
{
    // What the Redis component hands its scripts for "no ETag".
    private const string AnyVersion = "0";

    /// <summary>By what there is; for a transaction the answer of one operation.</summary>
    public static WriteResult Check(StoreModel model, in StoreWrite write, in Document? found) => model.ETags switch
    {
        ETagKind.OfOneCounter => Compare(model, write, found),
        ETagKind.ByKey => write.Value is null ? RunDeleteScript(write, found) : RunSetScript(write, found),
    };

    /// <summary>What is refused whatever there is; a transaction with such an operation is not begun.</summary>
    public static WriteResult CheckForm(StoreModel model, in StoreWrite write)
    {
        if (write.Value is null)
        {
            return WriteResult.Done;
        }

        if (model.ETags == ETagKind.ByKey && Version(write) is null)
        {
            return WriteResult.InvalidETag;
        }

        return (model.WantsBytes && write.Value.Length == 0)
            || (model.WantsTtlIn32Bits && write.TtlSeconds is < -1 or > int.MaxValue)
                ? WriteResult.Failed
                : WriteResult.Done;
    }

    private static WriteResult Compare(StoreModel model, in StoreWrite write, in Document? found)
    {
        if (write.GivenETag is { } etag)
        {
            return found?.ETag == etag ? WriteResult.Done : WriteResult.Conflict;
        }

        if (write.Concurrency != Concurrency.FirstWrite || found is null)
        {
            return WriteResult.Done;
        }

        if (write.Value is null)
        {
            return model.FirstWriteGuardsDeletes ? WriteResult.Conflict : WriteResult.Done;
        }

        return model.FirstWriteFails ? WriteResult.Failed : WriteResult.Conflict;
    }

    /// <summary>As the component's script has it: an absent key is written whatever the ETag.</summary>
    private static WriteResult RunSetScript(in StoreWrite write, in Document? found)
    {
        string version = Version(write)!;
        return found is not { } document
            || document.ETag == version
            || (!document.IsFirstWrite && version == AnyVersion) ? WriteResult.Done
            : write.GivenETag is null ? WriteResult.Failed
            : WriteResult.Conflict;
    }

    /// <summary>First-write is unknown to this script, and an ETag is text.</summary>
    private static WriteResult RunDeleteScript(in StoreWrite write, in Document? found) =>
        found is not { } document || document.ETag == write.GivenETag || (write.GivenETag ?? AnyVersion) == AnyVersion
            ? WriteResult.Done
            : WriteResult.Conflict;

    /// <summary>The number that the set script compares with; null: the ETag is none.</summary>
    private static string? Version(in StoreWrite write) =>
        write.Concurrency == Concurrency.LastWrite || write.GivenETag is not { } etag ? AnyVersion
        : long.TryParse(etag, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? Document.Counted(number)
        : null;
}
