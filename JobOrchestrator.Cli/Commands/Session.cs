using System.CommandLine;
using JobOrchestrator.Sdk;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace JobOrchestrator.Cli;

/// <summary>One command under way: the orchestrator it speaks to, and whom it tells.</summary>
internal sealed class Session : IDisposable
{
    private readonly ServiceProvider _services;

    private Session(ServiceProvider services, Settings settings, ParseResult parsed, Surroundings around)
    {
        _services = services;
        Around = around;
        Messages = settings.MessagesOf(parsed, around);
        bool isPlain = settings.IsPlain(parsed, around);
        Screen = new Screen(around.Clock, isPlain);
        OutputFormat format = settings.FormatOf(parsed, around);
        Console = ConsoleOn(around.Out, around.IsOutTerminal, around, isPlain);
        Results = new Results(around.Out, Console, Screen, format);
    }

    public Surroundings Around { get; }

    public Messages Messages { get; }

    public Screen Screen { get; }

    public Results Results { get; }

    /// <summary>Standard output, for people.</summary>
    public IAnsiConsole Console { get; }

    public JobClient Jobs => _services.GetRequiredService<JobClient>();

    public IJobOperations Operations => _services.GetRequiredService<IJobOperations>();

    public JobLeases Leases => _services.GetRequiredService<JobLeases>();

    public JobFeed Feed => _services.GetRequiredService<JobFeed>();

    public JobProbe Probe => _services.GetRequiredService<JobProbe>();

    /// <summary>Whether a person at a terminal can be asked.</summary>
    public bool CanAsk => Around.IsInTerminal && Around.IsErrorTerminal;

    /// <summary>Whether something may be drawn over on the terminal.</summary>
    public bool IsLive => Results.Format == OutputFormat.Table && Around.IsOutTerminal && !Screen.IsPlain;

    /// <summary>Opens one.</summary>
    /// <param name="settings">The options that every command has.</param>
    /// <param name="parsed">What was typed.</param>
    /// <param name="around">What is around the program.</param>
    public static Session Open(Settings settings, ParseResult parsed, Surroundings around)
    {
        var services = new ServiceCollection();
        Add(services, settings.AddressOf(parsed, around), settings.KeyOf(parsed, around));
        return new Session(services.BuildServiceProvider(), settings, parsed, around);
    }

    /// <summary>The SDK's client as this program has it.</summary>
    public static void Add(IServiceCollection services, Uri address, string? key) => services.AddJobClient(options =>
    {
        options.Address = address;
        options.ApiKey = key;

        // A person waits: long enough for a restart, not for a person to give up.
        options.RetryFor = TimeSpan.FromSeconds(10);
    }).AddJobTools();

    public void Dispose() => _services.Dispose();

    /// <summary>A console on a writer: colours where a person can see them.</summary>
    private static IAnsiConsole ConsoleOn(TextWriter writer, bool isTerminal, Surroundings around, bool isPlain)
    {
        bool isColoured = isTerminal && !isPlain && around.Variable("NO_COLOR") is not { Length: > 0 };
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isTerminal && !isPlain ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = isColoured ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = isTerminal && !isPlain ? InteractionSupport.Yes : InteractionSupport.No,
            Out = new FixedWidthOutput(writer, isTerminal ? around.Width() : int.MaxValue / 2),
        });
        console.Profile.Capabilities.Unicode = !isPlain;
        return console;
    }

    /// <summary>Spectre's view of a writer.</summary>
    private sealed class FixedWidthOutput(TextWriter writer, int width) : IAnsiConsoleOutput
    {
        public TextWriter Writer => writer;

        public bool IsTerminal => width < int.MaxValue / 2;

        // Wide enough that nothing is cut where a program reads the table.
        public int Width => Math.Min(width, 10_000);

        public int Height => 40;

        public void SetEncoding(System.Text.Encoding encoding)
        {
        }
    }
}
