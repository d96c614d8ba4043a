using System.CommandLine;

namespace JobOrchestrator.Cli;

/// <summary>The program: what was typed is read, carried out, and answered with a number.</summary>
internal static class Application
{
    /// <summary>Runs one command.</summary>
    /// <param name="arguments">What was typed behind <c>jobs</c>.</param>
    /// <param name="surroundings">What is around it.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, Surroundings surroundings)
    {
        var settings = new Settings();
        RootCommand root = Tree.Build(settings, surroundings);
        ParseResult parsed = TypedArguments.Parse(root, arguments);
        Messages messages = settings.MessagesOf(parsed, surroundings);
        try
        {
            if (UsageFault.Of(parsed) is { } fault)
            {
                messages.Fail(fault);
                return ExitCode.Usage;
            }

            return await parsed.InvokeAsync(
                new InvocationConfiguration
                {
                    EnableDefaultExceptionHandler = false,
                    ProcessTerminationTimeout = null,
                    Output = surroundings.Out,
                    Error = surroundings.Error,
                },
                surroundings.Interruption.Token);
        }
        catch (Exception exception)
        {
            return Failures.Tell(exception, messages, surroundings.Interruption);
        }
    }
}
