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
