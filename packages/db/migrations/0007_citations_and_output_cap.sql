ALTER TABLE "responses" ADD COLUMN "citations" jsonb;--> statement-breakpoint
ALTER TABLE "responses" ADD COLUMN "output_tokens_max" integer;