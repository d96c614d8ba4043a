using System.CommandLine;
using JobOrchestrator.Sdk;

namespace JobOrchestrator.Cli;

/// <summary><c>jobs count</c>: how many jobs a query finds.</summary>
internal static class CountCommand
{
    public static Command Build(Building build)
    {
        Argument<string[]> query = QueryArgument.Make();
        return build.Command(
            "count",
            "Count jobs, in all and by where they stand.",
            [query],
            async (session, parsed, stopping) =>
            {
                JobCount count = await session.Operations.CountAsync(QueryArgument.Of(parsed, query) ?? "", stopping);
                session.Results.Write(count, CountShape.Counts);
                return ExitCode.Done;
            });
    }
}
