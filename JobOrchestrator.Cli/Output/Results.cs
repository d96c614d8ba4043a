using Spectre.Console;
using Spectre.Console.Rendering;

namespace JobOrchestrator.Cli;

/// <summary>Writes results to standard output, in the format that was asked for or that suits who reads it.</summary>
/// <param name="output">Standard output.</param>
/// <param name="console">The same, for people.</param>
/// <param name="screen">How people see things.</param>
/// <param name="format">How results are written.</param>
internal sealed class Results(TextWriter output, IAnsiConsole console, Screen screen, OutputFormat format)
{
    public OutputFormat Format => format;

    public Screen Screen => screen;

    /// <summary>One thing.</summary>
    public void Write<T>(T value, Shape<T> shape)
    {
        if (format == OutputFormat.Table)
        {
            Show(shape.One is { } one ? one(screen, value) : shape.Table(screen, [value]));
        }
        else
        {
            Line(format == OutputFormat.Id ? SafeText.OneLine(shape.Id(value), true) : shape.Json(value, format == OutputFormat.Json));
        }
    }

    /// <summary>Many things, or none.</summary>
    public void Write<T>(IReadOnlyList<T> values, Shape<T> shape)
    {
        switch (format)
        {
            case OutputFormat.Table:
                if (values.Count > 0)
                {
                    Show(shape.Table(screen, values));
                }

                break;
            case OutputFormat.Json:
                Line(values.Count == 0 ? "[]" : "[\n" + string.Join(",\n", values.Select(value => shape.Json(value, true))) + "\n]");
                break;
            case OutputFormat.Jsonl or OutputFormat.Id:
                foreach (T value in values)
                {
                    Write(value, shape);
                }

                break;
        }
    }

    /// <summary>Things as they come, each at once: for people a line each, never one document.</summary>
    public void Stream<T>(T value, Shape<T> shape, Func<Screen, T, IRenderable> line)
    {
        if (format == OutputFormat.Table)
        {
            Show(line(screen, value));
        }
        else
        {
            Line(format == OutputFormat.Id ? SafeText.OneLine(shape.Id(value), true) : shape.Json(value, false));
        }
    }

    /// <summary>For people.</summary>
    public void Show(IRenderable shown) => console.Write(shown is Text or Markup ? new Rows(shown) : shown);

    /// <summary>A line as it is.</summary>
    public void Line(string line) => output.Write(line + "\n");
}
