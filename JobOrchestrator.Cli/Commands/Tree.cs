using System.CommandLine;

namespace JobOrchestrator.Cli;

/// <summary>All commands.</summary>
internal static class Tree
{
    /// <summary>The root, with the options that every command has.</summary>
    public static RootCommand Build(Settings settings, Surroundings around)
    {
        var build = new Building(settings, around);
        var root = new RootCommand("JobOrchestrator from the command line.");
        foreach (Option option in settings.All)
        {
            root.Options.Add(option);
        }

        Command[] commands =
        [
            SubmitCommand.Build(build),
            .. JobCommands.Build(build),
            .. BulkCommands.Build(build),
            .. ActionCommands.Build(build),
            .. WaitCommand.Build(build),
            .. ListCommand.Build(build),
            CountCommand.Build(build),
            ErrorsCommand.Build(build),
            WorkersCommand.Build(build),
            ReplicasCommand.Build(build),
            OwnersCommand.Build(build),
            ChangesCommand.Build(build),
            MarkCommand.Build(build),
            QueueCommands.Build(build),
            EventCommands.Build(build),
            .. LeaseCommands.Build(build),
            WorkCommand.Build(build),
            DoctorCommand.Build(build),
            CompletionCommand.Build(root, settings, around),
        ];
        foreach (Command command in commands.OrderBy(command => command.Name, StringComparer.Ordinal))
        {
            root.Subcommands.Add(command);
        }

        return root;
    }
}
