using System.Reflection;
using JobOrchestrator.Sdk;
using JobOrchestrator.Shards;
using Microsoft.Extensions.Logging;

namespace JobOrchestrator.Simulation;

/// <summary>The lines that the product can write to its log, by number and name.</summary>
internal static class LogEvents
{
    private const BindingFlags Any = BindingFlags.Static | BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public;

    // Of the SDK what its worker does: the others say nothing of themselves here.
    private static readonly Type[] OfTheSdk =
        [typeof(JobWorker), typeof(LeaseLoop), typeof(HeldLease), typeof(Reporter), typeof(AttemptRunner)];

    /// <summary>All of them that are looked at: whatever is more than a help to find faults. Two classes may share one.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        .. from type in typeof(Replica).Assembly.GetTypes().Concat(OfTheSdk)
           from method in type.GetMethods(Any | BindingFlags.DeclaredOnly)
           let message = method.GetCustomAttribute<LoggerMessageAttribute>()
           where message is { Level: >= LogLevel.Information }
           orderby message.EventId, method.Name
           group method by Name(message.EventId, message.EventName ?? method.Name) into named
           select named.Key,
    ];

    /// <summary>As it is written in the table.</summary>
    public static string Name(EventId id) => Name(id.Id, id.Name);

    private static string Name(int id, string? name) => $"{id} {name}";
}
