using System.Globalization;
using System.Text.Json;
using JobOrchestrator.Core;
using JobOrchestrator.Http;

namespace JobOrchestrator.BuiltIn;

/// <summary>
/// What one <c>simulate</c> job asks for. Its input is an object; every member may be left out and numbers may come as strings, so that
/// <c>parameters</c> of StartJobWithTimeout work too. Or it is a text.
/// </summary>
/// <param name="MinSeconds">The shortest time it takes; default 0.1.</param>
/// <param name="MaxSeconds">The longest; default 10. <c>seconds</c> sets both.</param>
/// <param name="Steps">
/// Of how many steps it is, 0 to 1,000; default 4. It reports progress after each, as far as <see cref="ReportsIn"/> lets it.
/// </param>
/// <param name="Failure">
/// Why it fails in the end (<c>fail</c>: true or a text, cut as a worker's is); null: it does not.
/// </param>
/// <param name="Result">What it completes with; null: the time it took.</param>
internal sealed record Simulation(double MinSeconds, double MaxSeconds, int Steps, JobError? Failure, JsonText? Result)
{
    /// <summary>A type of job that needs no code of the caller's own.</summary>
    public const string JobType = "simulate";

    private const double SecondsMax = 7 * 86_400;
    private const int StepsMax = 1_000;

    // Each report is stored and told. As many as somebody can follow, and enough of a short job to show how progress moves.
    private const int ReportsASecond = 10;
    private const int ReportsAtLeast = 50;

    private static readonly string[] Numbers = ["seconds", "minSeconds", "maxSeconds", "steps"];
    private static readonly string[] Members = [.. Numbers, "fail", "result"];

    // What a message shows of a name that is not known.
    private const int NameMax = 64;

    /// <summary>What a door's jobs carry beside those, for their callers.</summary>
    private const string Carried = "object_id";

    // Long enough for any reason, and no second input beside the first.
    private const int DetailBytesMax = 16 * 1024;

    public static Simulation Default { get; } = new(0.1, 10, 4, null, null);

    /// <summary>
    /// How often it reports progress when it takes so long: after each step, or after each few where that were too often.
    /// </summary>
    public int ReportsIn(double seconds) => (int)Math.Min(Steps, Math.Max(ReportsAtLeast, seconds * ReportsASecond));

    /// <summary>Reads a job's input.</summary>
    /// <exception cref="FormatException">A member is none that can be simulated; the message says which.</exception>
    public static Simulation Parse(JsonText? input)
    {
        if (input is null)
        {
            return Default;
        }

        try
        {
            return ParseAny(input);
        }
        catch (InvalidOperationException)
        {
            // Well-formed to a parser, and no text.
            throw new FormatException("There is half of a surrogate pair in it.");
        }
    }

    private static Simulation ParseAny(JsonText input)
    {
        using var document = JsonDocument.Parse(input.Utf8.ToArray());
        if (document.RootElement.ValueKind == JsonValueKind.String)
        {
            return OfText(document.RootElement);
        }

        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            return Default;
        }

        double? seconds = null;
        Simulation simulation = Default;
        RefuseUnknown(document.RootElement);
        foreach (JsonProperty member in document.RootElement.EnumerateObject())
        {
            simulation = NameOf(member) switch
            {
                "seconds" => simulation with { MinSeconds = (seconds = Seconds(member)).Value, MaxSeconds = seconds.Value },
                "minSeconds" => simulation with { MinSeconds = Seconds(member) },
                "maxSeconds" => simulation with { MaxSeconds = Seconds(member) },
                "steps" => simulation with { Steps = (int)Number(member, StepsMax) },
                "fail" => simulation with { Failure = FailureOf(member.Value) },
                "result" => simulation with { Result = JsonText.Of(member.Value.GetRawText()) },
                _ => simulation,
            };
        }

        return simulation with { MaxSeconds = Math.Max(simulation.MinSeconds, simulation.MaxSeconds) };
    }

    /// <summary>
    /// Refuses members that say nothing here, where others do, or where one is nearly a number's name. Other objects are a caller's own,
    /// as the parameters of Dapr's sample are: it names no type, and this one is what a job has that names none.
    /// </summary>
    /// <exception cref="FormatException">The first of them, and what may have been meant.</exception>
    private static void RefuseUnknown(JsonElement input)
    {
        string[] unknown =
            [.. input.EnumerateObject().Where(static member => NameOf(member) is null).Select(static member => member.Name)];
        bool isMeantForThis = unknown.Any(static name => NearestName.SlipOf(name, Numbers) is not null)
            || input.EnumerateObject().Any(static member => NameOf(member) is { } name && name != Carried);
        if (isMeantForThis && unknown.Length > 0)
        {
            string shown = ErrorText.OneLine(unknown[0], NameMax);
            throw new FormatException(NearestName.Of(unknown[0], Members) is { } meant
                ? $"'{shown}' is not known. Did you mean {meant}?"
                : $"'{shown}' is not known. There are {string.Join(", ", Members)}.");
        }
    }

    /// <summary>A member's name as it is here, whatever its case; null: there is none.</summary>
    private static string? NameOf(JsonProperty member) =>
        Members.Append(Carried).FirstOrDefault(name => name.Equals(member.Name, StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// As the demo worker of "Long Running Jobs over HTTP" does: a text comes back with an exclamation mark, one of them fails.
    /// </summary>
    private static Simulation OfText(JsonElement text) => text.GetString()!.Equals("foobar", StringComparison.OrdinalIgnoreCase)
        ? new Simulation(0, 0, 0, FailureOf("Received 'foobar' as input"), null)
        // As it was written, so that it is no longer than what was taken.
        : Default with { Result = JsonText.Of($"{text.GetRawText()[..^1]}!\"") };

    private static double Seconds(JsonProperty member) => Number(member, SecondsMax);

    private static double Number(JsonProperty member, double max)
    {
        double number = double.NaN;
        bool isNumber = member.Value.ValueKind switch
        {
            JsonValueKind.Number => member.Value.TryGetDouble(out number),
            JsonValueKind.String =>
                double.TryParse(member.Value.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out number),
            _ => false,
        };
        return isNumber && number >= 0 && number <= max
            ? number
            : throw new FormatException($"'{member.Name}' has to be a number from 0 to {max.ToString(CultureInfo.InvariantCulture)}.");
    }

    private static JobError FailureOf(string text) => ErrorText.ToError(text, DetailBytesMax);

    private static JobError? FailureOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.False or JsonValueKind.Null => null,
        JsonValueKind.String when value.GetString() is "false" or "" => null,
        JsonValueKind.String when value.GetString() is { } text && text != "true" => FailureOf(text),
        _ => FailureOf("The simulated work failed, as it was asked to."),
    };
}
