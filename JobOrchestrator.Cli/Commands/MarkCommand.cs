using System.CommandLine;
using JobOrchestrator.Sdk;

namespace JobOrchestrator.Cli;

/// <summary><c>jobs mark</c>: say what happens now, for whoever looks at the plots later.</summary>
internal static class MarkCommand
{
    public static Command Build(Building build)
    {
        Argument<string> text = Building.Argument("text", "What happens, at most 200 characters.");
        Option<string?> queue = Building.Text("--queue", "The queue that it is about.", "queue");
        return build.Command(
            "mark",
            "Say what happens now, such as a deploy that begins: plots show it.",
            [text, queue],
            async (session, parsed, stopping) =>
            {
                JobMark mark = await session.Operations.MarkAsync(parsed.GetValue(text)!, parsed.GetValue(queue), stopping);
                session.Results.Write(mark, MarkShape.Mark);
                return ExitCode.Done;
            });
    }
}
