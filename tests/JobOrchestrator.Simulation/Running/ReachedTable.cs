using System.Globalization;
using System.Text;

namespace JobOrchestrator.Simulation;

/// <summary>What was reached, for a person who reads it.</summary>
internal static class ReachedTable
{
    private const int NameWidth = 18;
    private const int NumberWidth = 11;

    /// <summary>The whole of it.</summary>
    public static string Of(Reached reached)
    {
        var text = new StringBuilder();
        Phase[] phases = [.. Enum.GetValues<Phase>().Where(phase => phase != Phase.None)];
        text.Append("fault".PadRight(NameWidth)).AppendLine(string.Concat(phases.Select(phase => phase.ToString().PadLeft(NumberWidth))));
        foreach (FaultKind kind in Enum.GetValues<FaultKind>())
        {
            text.Append(kind.ToString().PadRight(NameWidth));
            text.AppendLine(string.Concat(phases.Select(phase => Number(reached.Times(kind, phase)).PadLeft(NumberWidth))));
        }

        text.AppendLine();
        Append(text, "log", reached.LogEvents);
        Append(text, "sometimes", reached.Sometimes);
        return text.ToString().TrimEnd();
    }

    private static void Append(StringBuilder text, string what, IReadOnlyDictionary<string, long> counts)
    {
        foreach ((string name, long times) in counts.Where(count => count.Value > 0))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{what}  {Number(times).PadLeft(NumberWidth)}  {name}");
        }

        string[] never = [.. counts.Where(count => count.Value == 0).Select(count => count.Key)];
        text.AppendLine(CultureInfo.InvariantCulture, $"{what}, never: {(never.Length == 0 ? "none" : string.Join(" · ", never))}");
    }

    private static string Number(long times) => times == 0 ? "-" : times.ToString(CultureInfo.InvariantCulture);
}
