namespace Structure.Tests.Drawing;

/// <summary>One folder of a project uses another.</summary>
/// <param name="From">The folder that uses, relative to the project, <c>.</c> for its root.</param>
/// <param name="To">The folder that is used.</param>
/// <param name="Count">How many places use it.</param>
/// <param name="Example">The first of these places, as <c>file:line → type</c>.</param>
internal sealed record Arrow(string From, string To, int Count, string Example)
{
    public override string ToString() => $"{From} → {To} ({Count}×), {Example}";
}
