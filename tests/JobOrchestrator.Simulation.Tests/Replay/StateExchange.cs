using JobOrchestrator.Simulation.Models;

namespace JobOrchestrator.Simulation.Tests.Replay;

/// <summary>A recorded request to the state store and its answer, whether by HTTP or by gRPC.</summary>
/// <param name="Where">Its name, numbered where it comes again.</param>
/// <param name="Request">What was asked.</param>
/// <param name="Answer">What was answered.</param>
/// <param name="Statuses">What the model's results are called here.</param>
/// <param name="ComesWithTime">The recording script waited before it.</param>
internal sealed record StateExchange(
    string Where, StateRequest Request, StateAnswer Answer, IReadOnlyDictionary<WriteResult, string> Statuses, bool ComesWithTime);

/// <summary>A request as the store gets it.</summary>
internal abstract record StateRequest
{
    private StateRequest()
    {
    }

    /// <summary>Reads one document.</summary>
    /// <param name="Absent">The status where there is none.</param>
    public sealed record Get(string Key, string Absent) : StateRequest;

    public sealed record GetMany(IReadOnlyList<string> Keys) : StateRequest;

    /// <summary>Saves or deletes documents, each by itself.</summary>
    public sealed record Each(IReadOnlyList<WriteAsked> Writes) : StateRequest;

    public sealed record Transact(IReadOnlyList<WriteAsked> Writes) : StateRequest;
}

/// <summary>A write, and whether the sidecar decodes and encodes its JSON on the way.</summary>
internal sealed record WriteAsked(StoreWrite Write, bool IsRewritten);

/// <summary>An answer: of a read the documents as well, in order.</summary>
internal sealed record StateAnswer(string Status, IReadOnlyList<StateDocument> Documents);

/// <summary>A document of an answer.</summary>
/// <param name="Bytes">Null: there is none.</param>
/// <param name="ETag">Its ETag.</param>
/// <param name="IsParsed">The recording has not kept the bytes but what they say.</param>
internal sealed record StateDocument(string Key, byte[]? Bytes, string? ETag, bool IsParsed = false);
