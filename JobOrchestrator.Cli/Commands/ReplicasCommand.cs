using System.CommandLine;
using JobOrchestrator.Sdk;

namespace JobOrchestrator.Cli;

/// <summary><c>jobs replicas</c>: who holds the shards.</summary>
internal static class ReplicasCommand
{
    public static Command Build(Building build) => build.Command(
        "replicas",
        "Show who holds the shards, how fast it commits, and what the broker has not got.",
        [],
        static async (session, _, stopping) =>
        {
            JobReplicas replicas = await session.Operations.ReplicasAsync(stopping);
            session.Results.Write(replicas.Replicas, ReplicaShape.Replicas);
            Standing.SayMissing(session, replicas.Missing);
            if (session.Results.Format == OutputFormat.Table)
            {
                session.Messages.Say(
                    replicas.Transactions is { } kind ? $"The state store{Named(replicas)} {kind}." : "No shard is held.");
            }

            return ExitCode.Done;
        });

    private static string Named(JobReplicas replicas) => replicas.StoreType is { Length: > 0 } type ? $", {type}," : "";
}
