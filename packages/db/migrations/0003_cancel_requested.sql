ALTER TABLE "runs" RENAME COLUMN "stop_requested_at" TO "cancel_requested_at";
