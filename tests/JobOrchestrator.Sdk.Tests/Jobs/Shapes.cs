using System.Text.Json.Serialization;

namespace JobOrchestrator.Sdk.Tests.Jobs;

[JobType("draw", Queue = "steps")]
[JsonDerivedType(typeof(Circle), "circle")]
[JsonDerivedType(typeof(Square), "square")]
public abstract record Shape;

public sealed record Circle(double Radius) : Shape;

public sealed record Square(double Side) : Shape;

/// <summary>Draws a shape and returns the next one, with the shape as its checkpoint.</summary>
public sealed class DrawProcessor : JobProcessor<Shape, Shape>
{
    public override async Task<Shape> RunAsync(Shape input, JobContext context)
    {
        await context.SaveCheckpointAsync(input);
        return context.LoadCheckpoint<Shape>() is Circle { Radius: var radius } ? new Square(radius * 2) : new Circle(1);
    }
}

[JobType("picky", Queue = "steps")]
public sealed record Picky(string Name, int Width, string? Note)
{
    public Uri? Address { get; init; }
}

/// <summary>Would fail, and be tried again, on what <see cref="Picky"/> does not allow.</summary>
public sealed class PickyProcessor : JobProcessor<Picky, string>
{
    public override Task<string> RunAsync(Picky input, JobContext context) => Task.FromResult($"{input.Name.Length} {input.Width}");
}

[JobType("place", Queue = "steps")]
public readonly record struct Place(int X, int Y, string? Name = null, int? Floor = null)
{
    public DateOnly Since { get; init; }
}

public sealed class PlaceProcessor : JobProcessor<Place, string>
{
    public override Task<string> RunAsync(Place input, JobContext context) => Task.FromResult($"{input.X},{input.Y}");
}

[JobType("count", Queue = "steps")]
public sealed class CountProcessor : JobProcessor<int>
{
    public override Task RunAsync(int input, JobContext context) => Task.CompletedTask;
}

/// <summary>Holds what no JSON can.</summary>
public sealed class OddResult
{
    public OddResult? Next { get; set; }

    public Type? Kind { get; set; }

    public double Number { get; set; }
}

[JobType("odd-result", Queue = "steps")]
public sealed class OddResultProcessor : JobProcessor<string, OddResult>
{
    public override Task<OddResult> RunAsync(string input, JobContext context)
    {
        var result = new OddResult { Kind = input == "type" ? typeof(int) : null, Number = input == "number" ? double.NaN : 0 };
        result.Next = input == "cycle" ? result : null;
        for (int depth = input == "deep" ? 100 : 0; depth > 0; depth--)
        {
            result = new OddResult { Next = result };
        }

        return Task.FromResult(result);
    }
}
