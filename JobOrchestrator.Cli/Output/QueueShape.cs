using System.Globalization;
using System.Text.Json.Nodes;
using JobOrchestrator.Sdk;
using Spectre.Console;

namespace JobOrchestrator.Cli;

/// <summary>How queues are written: for people first what needs a person, then what waits for longest.</summary>
internal static class QueueShape
{
    public static Shape<KnownQueue> Queues { get; } = new(Json, static known => known.Queue.Name, Table);

    /// <summary>The orchestrator's own members, and those of what else is known.</summary>
    private static string Json(KnownQueue known, bool isIndented)
    {
        JsonObject queue = JsonNode.Parse(CliJson.Text(known.Queue))!.AsObject();
        if (known.Flow is { } flow)
        {
            Add(queue, "inPerSecond", flow.In is { } come ? Math.Round(come, 3) : null);
            Add(queue, "outPerSecond", flow.Out is { } gone ? Math.Round(gone, 3) : null);
            Add(queue, "failed1h", flow.Failed);
        }

        if (known.Askers is { } askers)
        {
            Add(queue, "askedBy", askers.Workers);
            Add(queue, "askedByIsLowerBound", askers.OrMore);
            Add(queue, "slots", askers.Slots);
            if (askers.Since is { } since)
            {
                Add(queue, "nobodyAsksSince", since.UtcDateTime);
                queue["nobodyAsksFor"] = new JsonArray([.. askers.Nobody.Select(type => JsonValue.Create(type))]);
            }
        }

        return CliJson.Text<JsonNode>(queue, isIndented);
    }

    private static void Add(JsonObject queue, string member, JsonNode? value)
    {
        if (value is not null)
        {
            queue[member] = value;
        }
    }

    private static FittedTable Table(Screen screen, IReadOnlyList<KnownQueue> queues)
    {
        bool isFlowKnown = queues.Any(known => known.Flow is not null);
        string[] flow = isFlowKnown ? ["IN/S#", "OUT/S#", "FAILED 1H#"] : [];
        string last = queues.Any(known => known.Askers is not null) ? "ASKED BY~" : "~";
        FittedTable table = screen.NewTable(["QUEUE~", "READY#", "OLDEST#", "RUNNING#", "SCHEDULED#", .. flow, last])
            .LeavesOut(["SCHEDULED", .. isFlowKnown ? ["OUT/S", "IN/S"] : Array.Empty<string>()]);
        foreach (KnownQueue known in queues
            .OrderByDescending(known => IsOfNeed(known) || known.Queue is { Paused: true, Depth: > 0 })
            .ThenByDescending(known => known.Queue.OldestAgeSeconds ?? -1)
            .ThenBy(known => known.Queue.Name, StringComparer.Ordinal))
        {
            JobQueue queue = known.Queue;
            table.AddRow(
            [
                Name(screen, known),
                screen.Cell(Screen.Number(queue.Ready)),
                screen.Cell(queue.OldestAgeSeconds is { } age ? Durations.InWords(TimeSpan.FromSeconds(age)) : screen.Dash),
                screen.Cell(Screen.Number(queue.Leased) + (known.Askers?.Slots is { } slots ? $"/{Screen.Number(slots)}" : "")),
                screen.Cell(Screen.Number(queue.Scheduled)),
                .. isFlowKnown ? Flow(screen, known.Flow) : [],
                Last(screen, known),
            ]);
        }

        return table;
    }

    /// <summary>Somebody has to do something: it waits, and no worker asks for it.</summary>
    private static bool IsOfNeed(KnownQueue known) => known.Askers?.Since is not null;

    private static Text Name(Screen screen, KnownQueue known)
    {
        (string sign, string plain, string colour) =
            known.Queue.Paused ? ("‖", "=", "magenta") : IsOfNeed(known) ? ("▲", "!", "yellow") : (" ", " ", "default");
        return screen.Cell($"{(screen.IsPlain ? plain : sign)} {known.Queue.Name}", colour);
    }

    private static IEnumerable<Text> Flow(Screen screen, JobQueueFlow? flow) =>
    [
        screen.Cell(Rate(screen, flow?.In)),
        screen.Cell(Rate(screen, flow?.Out)),
        screen.Cell(flow is null ? screen.Dash : Screen.Number(flow.Failed), flow is { Failed: > 0 } ? "red" : "default"),
    ];

    private static string Rate(Screen screen, double? rate) => rate switch
    {
        null => screen.Dash,
        > 0 and < 0.05 => "<0.1",
        < 10 and var few => few.ToString("0.#", CultureInfo.InvariantCulture),
        { } many => Screen.Number((long)Math.Round(many)),
    };

    private static Text Last(Screen screen, KnownQueue known) =>
        known.Queue.Paused ? screen.Cell(Pause(screen, known.Queue), "magenta")
        : known.Askers is { } askers ? screen.Cell(AskedBy(screen, askers), IsOfNeed(known) ? "yellow" : "default")
        : screen.Cell("");

    private static string AskedBy(Screen screen, JobQueueAskers askers)
    {
        string many = Screen.Number(askers.Workers) + (askers.OrMore ? "+" : "")
            + (askers is { Workers: 1, OrMore: false } ? " worker" : " workers");
        return askers.Since is not { } since ? askers.Workers > 0 ? many : askers.OrMore ? screen.Dash : "nobody"
            : askers.IsNobody ? $"nobody for {screen.Age(since)}"
            : $"{(askers.Workers > 0 ? $"{many}, " : "")}none for {string.Join(", ", askers.Nobody)}";
    }

    private static string Pause(Screen screen, JobQueue queue) => "paused"
        + (queue.PausedBy is { } by ? $" by {by}" : "")
        + (queue.PausedAt is { } at ? $" {screen.Age(at)} ago" : "")
        + (queue.PauseReason is { } reason ? $": {reason}" : "");
}
