using JobOrchestrator.Sdk;
using Spectre.Console;

namespace JobOrchestrator.Cli;

/// <summary>How a mark is written.</summary>
internal static class MarkShape
{
    public static Shape<JobMark> Mark { get; } = new(
        static (mark, isIndented) => CliJson.Text(mark, isIndented),
        static mark => mark.Text,
        static (screen, marks) => new Rows(marks.Select(mark => screen.Cell($"{Instants.InWords(mark.At)}  {mark.Text}"))));
}
