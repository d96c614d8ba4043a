using System.CommandLine;
using JobOrchestrator.Sdk;

namespace JobOrchestrator.Cli;

/// <summary><c>jobs owners</c>: whose jobs there are, and how far they have read of what became of them.</summary>
internal static class OwnersCommand
{
    public static Command Build(Building build)
    {
        Option<string?> owner = Building.Text("--owner", "Only this owner.", "owner");
        return build.Command(
            "owners",
            "Show whose jobs there are: how many live and failed, and how far each owner has read its events.",
            [owner],
            async (session, parsed, stopping) =>
            {
                JobOwners owners = await session.Operations.OwnersAsync(parsed.GetValue(owner), stopping);
                session.Results.Write(owners.Owners, OwnerShape.Owners);
                Say(session, owners);
                return ExitCode.Done;
            });
    }

    private static void Say(Session session, JobOwners owners)
    {
        Standing.SayMissing(session, owners.Missing);
        if (session.Results.Format != OutputFormat.Table)
        {
            return;
        }

        if (owners.Owners.Count == 0)
        {
            session.Messages.Say(owners.Missing.Count == 0 ? "No job has an owner." : "No job that is known of has an owner.");
            return;
        }

        if (owners.Total > owners.Owners.Count || owners.TotalIsLowerBound)
        {
            string more = owners.TotalIsLowerBound ? "+" : "";
            session.Messages.Say($"{owners.Owners.Count} of {Screen.Number(owners.Total)}{more} owners; --owner shows one.");
        }

        session.Messages.Say($"Who reads is watched since {Instants.InWords(owners.WatchedSince)}.");
    }
}
