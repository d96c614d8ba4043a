using System.CommandLine;
using System.Globalization;

namespace JobOrchestrator.Cli;

/// <summary>
/// Before something that many jobs feel, or that cannot be undone: a person types the number, a script says it in advance.
/// </summary>
internal static class Confirm
{
    /// <summary>The switch by which a script goes on.</summary>
    public static Option<bool> Option() => Building.Switch("--yes", "Do not ask.");

    /// <summary>Goes on only if it is wanted.</summary>
    /// <param name="session">The command.</param>
    /// <param name="isSaid">It was said that nobody is to be asked.</param>
    /// <param name="count">How many, which a person types.</param>
    /// <param name="effect">What will be done, in a sentence.</param>
    /// <param name="stopping">Stops the waiting.</param>
    /// <exception cref="UsageException">It is not wanted, or there is nobody to ask.</exception>
    public static async Task OrThrowAsync(Session session, bool isSaid, long count, string effect, CancellationToken stopping)
    {
        if (isSaid)
        {
            return;
        }

        if (!session.CanAsk)
        {
            throw new UsageException($"{effect} There is nobody to ask: say --yes.");
        }

        string wanted = count.ToString(CultureInfo.InvariantCulture);
        session.Messages.Ask($"{effect} Type {wanted} to go on:");
        using var reader = new StreamReader(session.Around.In, leaveOpen: true);
        if ((await reader.ReadLineAsync(stopping))?.Trim() != wanted)
        {
            throw new UsageException("Nothing was done.");
        }
    }
}
