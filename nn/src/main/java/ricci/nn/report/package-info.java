/**
 * The page of a {@link ricci.nn.TrainingReport}: what was recorded is turned into sections of text, charts,
 * tables and pictures, and those into one HTML file that needs nothing else.
 *
 * <p>From whole to part: {@link ricci.nn.report.Page}; its sections {@link ricci.nn.report.Headline},
 * {@link ricci.nn.report.LearningCurves}, {@link ricci.nn.report.ConfusionMatrix}, {@link
 * ricci.nn.report.Mistakes}, {@link ricci.nn.report.StepTimes} and {@link ricci.nn.report.ProgramText}; and
 * what they draw with: {@link ricci.nn.report.Chart}, {@link ricci.nn.report.Scale}, {@link
 * ricci.nn.report.Picture}, {@link ricci.nn.report.Html} and {@link ricci.nn.report.Numerals}.
 */
package ricci.nn.report;
